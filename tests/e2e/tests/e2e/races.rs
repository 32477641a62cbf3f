//! Concurrent requests, to one server or to several.

use std::{collections::BTreeSet, time::Duration};

use e2e::{Api, Fixture, Request, Response};
use futures::future::join_all;
use tokio::{task::yield_now, time::timeout};
use wechat_simulator::{Fault, FaultKind};

use crate::operator::Operator;

const CODE2SESSION: &str = "/sns/jscode2session";
const ATTEMPT: &str = "attempt-of-many-requests";

/// Distributes `count` requests to the APIs, round robin.
fn round_robin<'a>(apis: &[&'a Api], count: usize) -> Vec<&'a Api> {
    apis.iter().copied().cycle().take(count).collect()
}

/// Sends 24 requests with one code. The exchange is slow, so that all of them wait for it.
pub(super) async fn one_code_in_24_requests(fixture: &Fixture, apis: &[&Api]) {
    let code = fixture.phone().code();
    log_in_concurrently(fixture, apis, |api| api.login_with_key(&code, ATTEMPT)).await;
}

/// Sends 24 logins that share one exchange, and checks that all get a valid token.
async fn log_in_concurrently(fixture: &Fixture, apis: &[&Api], login: impl Fn(&Api) -> Request) {
    let senders = round_robin(apis, 24);
    // Opens the connections first, so that all logins arrive at the same time.
    join_all(senders.iter().map(|api| api.get("/healthz").send())).await;
    let latency = FaultKind::Latency { milliseconds: 1000 };
    fixture.wechat.set_faults(vec![Fault::on(CODE2SESSION, latency)]);
    let logins = join_all(senders.iter().map(|api| login(api).send())).await;
    assert_eq!(fixture.exchanges(), 1);
    for token in logins.into_iter().map(|login| login.expect(200).token()) {
        for api in apis {
            api.session(&token).await.expect(200);
        }
    }
}

/// Sends 12 registrations of one session.
pub(super) async fn one_session_in_12_registrations(fixture: &Fixture, apis: &[&Api]) {
    let phone = fixture.phone();
    let token = apis[0].login(&phone.code()).send().await.expect(200).token();
    let data = phone.user_info();
    let senders = round_robin(apis, 12);
    let registrations = join_all(senders.iter().map(|api| api.register(&token, &data).send())).await;
    check_one_user(&registrations, apis).await;
}

/// Logs a user in 12 times, and registers all sessions.
pub(super) async fn twelve_sessions_in_12_registrations(fixture: &Fixture, apis: &[&Api]) {
    let phone = fixture.phone();
    let senders = round_robin(apis, 12);
    let logins = join_all(senders.iter().map(|api| api.login(&phone.code()).send())).await;
    let tokens: Vec<_> = logins.into_iter().map(|login| login.expect(200).token()).collect();
    let data = phone.user_info();
    let requests = senders.iter().zip(&tokens).map(|(api, token)| api.register(token, &data).send());
    let registrations = join_all(requests).await;
    check_one_user(&registrations, apis).await;
    let tokens: BTreeSet<_> = registrations.iter().map(Response::token).collect();
    assert_eq!(tokens.len(), 12);
}

/// Checks that the registrations created one user, and that all tokens are valid for that user.
async fn check_one_user(registrations: &[Response], apis: &[&Api]) {
    let count = |status: u16| registrations.iter().filter(|response| response.status == status).count();
    let statuses: Vec<_> = registrations.iter().map(|response| response.status).collect();
    assert_eq!((count(201), count(200)), (1, registrations.len() - 1), "{statuses:?}");
    let users: BTreeSet<_> = registrations.iter().map(Response::user_id).collect();
    assert_eq!(users.len(), 1, "{users:?}");
    for registration in registrations {
        for api in apis {
            assert!(users.contains(&api.me(&registration.token()).await.expect(200).text("/id")));
        }
    }
}

/// Logs one identity in 16 times concurrently, while its key rotates.
pub(super) async fn one_identity_in_16_logins(fixture: &Fixture, apis: &[&Api]) {
    let phone = fixture.phone();
    let before = apis[0].login(&phone.code()).send().await.expect(200).token();
    let under_the_first_key = phone.user_info();
    let logins = round_robin(apis, 16).into_iter().enumerate().map(|(number, api)| {
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
    // The key ring has both keys.
    let registered = apis[0].register(&before, &under_the_first_key).send().await.expect(201);
    let token = tokens.first().expect("there are 16");
    let known = apis[0].register(token, &phone.user_info()).send().await.expect(200);
    assert_eq!(known.user_id(), registered.user_id());
}

/// How long WeChat takes for each byte of a response, so that all logins of a test are in flight together.
const SLOWLY: FaultKind = FaultKind::SlowBytes { milliseconds: 10 };

/// Logs one identity in 50 times concurrently. WeChat returns another key to each login.
pub(super) async fn one_identity_in_50_logins_under_50_keys(fixture: &Fixture, apis: &[&Api]) {
    let phone = fixture.phone();
    fixture.wechat.set_faults(vec![Fault::on(CODE2SESSION, SLOWLY)]);
    let before = processed_exchanges(fixture);
    let mut logins = Vec::new();
    for api in round_robin(apis, 50) {
        phone.rotate_key();
        logins.push(tokio::spawn(api.login(&phone.code()).send()));
        let processed = async {
            while processed_exchanges(fixture) < before + logins.len() {
                yield_now().await;
            }
        };
        timeout(Duration::from_secs(30), processed).await.expect("the exchange is processed");
    }
    let logins = join_all(logins).await.into_iter().map(|login| login.expect("no login panicked"));
    let tokens: BTreeSet<_> = logins.map(|login| login.expect(200).token()).collect();
    assert_eq!(tokens.len(), 50);
    for token in &tokens {
        for api in apis {
            api.session(token).await.expect(200);
        }
    }
    let token = tokens.first().expect("there are 50");
    let keys = Operator::connect(fixture).await.presented(token).await.record.keys;
    assert_eq!(keys[0].generation.number(), 50);
    // The current key may be behind some that slower logins added.
    assert!((3..=4).contains(&keys.len()), "{keys:?}");
    assert_eq!(keys.iter().filter(|key| key.superseded_at.is_none()).count(), 1, "{keys:?}");
    fixture.wechat.clear_faults();
    let token = apis[0].login(&phone.code()).send().await.expect(200).token();
    let steps = phone.we_run_data().to_json();
    apis[0].post("/v1/open-data", &steps).bearer(&token).send().await.expect(200);
}

/// How many exchanges WeChat has processed, whether the response has been sent or not.
fn processed_exchanges(fixture: &Fixture) -> usize {
    let calls = fixture.wechat.calls_of(CODE2SESSION).calls;
    calls.iter().filter(|call| call.errcode == Some(0)).count()
}

pub(crate) async fn one_code_sent_24_times_is_exchanged_once(fixture: &Fixture) {
    one_code_in_24_requests(fixture, &[fixture.server().await.api()]).await;
}

pub(crate) async fn one_code_sent_24_times_without_an_idempotency_key_is_exchanged_once(fixture: &Fixture) {
    let server = fixture.server().await;
    let code = fixture.phone().code();
    log_in_concurrently(fixture, &[server.api()], |api| api.login(&code)).await;
    // Without the key, a later request could come from anyone who has seen the code.
    server.api().login(&code).send().await.expect(400).expect_recover("code_used", "login_again");
}

pub(crate) async fn one_code_sent_24_times_without_latency_is_exchanged_once(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let code = fixture.phone().code();
    // A request that arrives after the exchange repeats the login, and may revoke an unused token: only the token of
    // the last response is certain to be valid.
    let logins = join_all((0..24).map(|_| api.login_with_key(&code, ATTEMPT).send())).await;
    let mut validity = Vec::new();
    for login in logins {
        validity.push(api.session(&login.expect(200).token()).await.status == 200);
    }
    assert!(validity.contains(&true));
    let last = api.login_with_key(&code, ATTEMPT).send().await.expect(200);
    api.session(&last.token()).await.expect(200);
    assert_eq!(fixture.exchanges(), 1);
}

pub(crate) async fn one_session_registered_12_times_at_once_makes_one_user(fixture: &Fixture) {
    one_session_in_12_registrations(fixture, &[fixture.server().await.api()]).await;
}

pub(crate) async fn twelve_sessions_registered_at_once_make_one_user(fixture: &Fixture) {
    twelve_sessions_in_12_registrations(fixture, &[fixture.server().await.api()]).await;
}

pub(crate) async fn sixteen_logins_of_one_identity_all_succeed(fixture: &Fixture) {
    one_identity_in_16_logins(fixture, &[fixture.server().await.api()]).await;
}

pub(crate) async fn fifty_logins_of_one_identity_under_fifty_keys_all_succeed(fixture: &Fixture) {
    one_identity_in_50_logins_under_50_keys(fixture, &[fixture.server().await.api()]).await;
}
