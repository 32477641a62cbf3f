//! Many requests at the same moment, to one server or to several.

use std::collections::BTreeSet;

use e2e::{Api, Call, Reply, Stage};
use futures::future::join_all;
use wechat_simulator::{Fault, FaultKind};

const CODE2SESSION: &str = "/sns/jscode2session";
const ATTEMPT: &str = "attempt-of-many-requests";

/// `count` APIs, each server's in turn.
fn in_turn<'a>(apis: &[&'a Api], count: usize) -> Vec<&'a Api> {
    apis.iter().copied().cycle().take(count).collect()
}

/// Sends 24 requests with one code while its exchange takes a while, so that all wait for it.
pub(super) async fn one_code_in_24_requests(stage: &Stage, apis: &[&Api]) {
    let code = stage.phone().code();
    all_log_in(stage, apis, |api| api.login_as(&code, ATTEMPT)).await;
}

async fn all_log_in(stage: &Stage, apis: &[&Api], login: impl Fn(&Api) -> Call) {
    let senders = in_turn(apis, 24);
    // Connections are made beforehand, so that nobody comes late.
    join_all(senders.iter().map(|api| api.get("/healthz").send())).await;
    let latency = FaultKind::Latency { milliseconds: 1000 };
    stage.wechat.set_faults(vec![Fault::on(CODE2SESSION, latency)]);
    let logins = join_all(senders.iter().map(|api| login(api).send())).await;
    assert_eq!(stage.exchanges(), 1);
    for token in logins.into_iter().map(|login| login.expect(200).token()) {
        for api in apis {
            api.session(&token).await.expect(200);
        }
    }
}

/// Sends 12 registrations of one session.
pub(super) async fn one_session_in_12_registrations(stage: &Stage, apis: &[&Api]) {
    let phone = stage.phone();
    let token = apis[0].login(&phone.code()).send().await.expect(200).token();
    let data = phone.user_info();
    let senders = in_turn(apis, 12);
    let registrations = join_all(senders.iter().map(|api| api.register(&token, &data).send())).await;
    one_user(&registrations, apis).await;
}

/// Logs somebody in 12 times and registers each of the sessions.
pub(super) async fn twelve_sessions_in_12_registrations(stage: &Stage, apis: &[&Api]) {
    let phone = stage.phone();
    let senders = in_turn(apis, 12);
    let logins = join_all(senders.iter().map(|api| api.login(&phone.code()).send())).await;
    let tokens: Vec<_> = logins.into_iter().map(|login| login.expect(200).token()).collect();
    let data = phone.user_info();
    let sent = senders.iter().zip(&tokens).map(|(api, token)| api.register(token, &data).send());
    let registrations = join_all(sent).await;
    one_user(&registrations, apis).await;
    let tokens: BTreeSet<_> = registrations.iter().map(Reply::token).collect();
    assert_eq!(tokens.len(), 12);
}

/// Checks that the registrations made one user, whom all of their tokens open.
async fn one_user(registrations: &[Reply], apis: &[&Api]) {
    let count = |status: u16| registrations.iter().filter(|reply| reply.status == status).count();
    let statuses: Vec<_> = registrations.iter().map(|reply| reply.status).collect();
    assert_eq!((count(201), count(200)), (1, registrations.len() - 1), "{statuses:?}");
    let users: BTreeSet<_> = registrations.iter().map(Reply::user_id).collect();
    assert_eq!(users.len(), 1, "{users:?}");
    for registration in registrations {
        for api in apis {
            assert!(users.contains(&api.me(&registration.token()).await.expect(200).text("/id")));
        }
    }
}

/// Logs one identity in 16 times at once, on as many phones, while its key rotates.
pub(super) async fn one_identity_in_16_logins(stage: &Stage, apis: &[&Api]) {
    let phone = stage.phone();
    let before = apis[0].login(&phone.code()).send().await.expect(200).token();
    let under_the_first_key = phone.user_info();
    let logins = in_turn(apis, 16).into_iter().enumerate().map(|(number, api)| {
        let (api, phone) = (api.clone(), phone.clone());
        tokio::spawn(async move {
            if number == 8 {
                phone.rotate_key();
            }
            api.login(&phone.code()).send().await.expect(200).token()
        })
    });
    let tokens = join_all(logins).await.into_iter().map(|token| token.expect("no login panicked"));
    let tokens: BTreeSet<_> = tokens.collect();
    assert_eq!(tokens.len(), 16);
    for token in &tokens {
        for api in apis {
            api.session(token).await.expect(200);
        }
    }
    // Both keys are on the ring.
    let registered = apis[0].register(&before, &under_the_first_key).send().await.expect(201);
    let token = tokens.first().expect("there are 16");
    let known = apis[0].register(token, &phone.user_info()).send().await.expect(200);
    assert_eq!(known.user_id(), registered.user_id());
}

pub(crate) async fn one_code_sent_24_times_is_exchanged_once(stage: &Stage) {
    one_code_in_24_requests(stage, &[stage.server().await.api()]).await;
}

pub(crate) async fn one_code_sent_24_times_under_no_name_is_exchanged_once(stage: &Stage) {
    let server = stage.server().await;
    let code = stage.phone().code();
    all_log_in(stage, &[server.api()], |api| api.login(&code)).await;
    // Who comes later cannot be told from anybody else who has seen the code.
    server.api().login(&code).send().await.expect(400).expect_recover("code_used", "login_again");
}

pub(crate) async fn one_code_sent_24_times_without_a_pause_is_exchanged_once(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    let code = stage.phone().code();
    // Those who come after the exchange repeat it, and may end what nobody has claimed yet: of all the answers
    // the one that a client reads last is the good one.
    let logins = join_all((0..24).map(|_| api.login_as(&code, ATTEMPT).send())).await;
    let mut are_live = Vec::new();
    for login in logins {
        are_live.push(api.session(&login.expect(200).token()).await.status == 200);
    }
    assert!(are_live.contains(&true));
    let last = api.login_as(&code, ATTEMPT).send().await.expect(200);
    api.session(&last.token()).await.expect(200);
    assert_eq!(stage.exchanges(), 1);
}

pub(crate) async fn one_session_registered_12_times_at_once_makes_one_user(stage: &Stage) {
    one_session_in_12_registrations(stage, &[stage.server().await.api()]).await;
}

pub(crate) async fn twelve_sessions_registered_at_once_make_one_user(stage: &Stage) {
    twelve_sessions_in_12_registrations(stage, &[stage.server().await.api()]).await;
}

pub(crate) async fn sixteen_logins_of_one_identity_all_succeed(stage: &Stage) {
    one_identity_in_16_logins(stage, &[stage.server().await.api()]).await;
}
