//! What was acknowledged is there, however the server ended.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use e2e::{Api, OpenData, Phone, Server, Stage, eventually};
use futures::future::join_all;
use wechat_simulator::{Fault, FaultKind};

/// After so many answers the server is killed.
const POINTS: [usize; 4] = [1, 5, 23, 60];

/// How many clients there are at once.
const CLIENTS: usize = 8;

/// Somebody whose login was acknowledged before the server was killed.
struct Survivor {
    phone: Phone,
    token: String,
    registration: Registration,
}

/// How far their registration came.
enum Registration {
    /// It was sent, and its answer never came.
    InDoubt(OpenData),
    /// It was acknowledged.
    Acknowledged { token: String, user_id: String },
}

/// Logs new people in and registers them until the server is gone.
async fn sign_up_on_and_on(stage: &Stage, api: &Api, answers: &AtomicUsize) -> Vec<Survivor> {
    let mut survivors = Vec::new();
    loop {
        let phone = stage.phone();
        let Ok(login) = api.login(&phone.code()).try_send().await else { return survivors };
        answers.fetch_add(1, Ordering::Relaxed);
        let token = login.expect(200).token();
        let data = phone.user_info();
        let answer = api.register(&token, &data).try_send().await;
        let is_over = answer.is_err();
        let registration = match answer {
            Err(_) => Registration::InDoubt(data),
            Ok(reply) => {
                answers.fetch_add(1, Ordering::Relaxed);
                let reply = reply.expect(201);
                Registration::Acknowledged { token: reply.token(), user_id: reply.user_id() }
            }
        };
        survivors.push(Survivor { phone, token, registration });
        if is_over {
            return survivors;
        }
    }
}

async fn killed_after(server: Server, answers: &AtomicUsize, point: usize) {
    eventually("the clients are answered", Duration::from_mins(1), async || {
        (answers.load(Ordering::Relaxed) >= point).then_some(())
    })
    .await;
    server.kill();
}

async fn is_still_there(survivor: &Survivor, api: &Api) {
    let (token, user_id) = match &survivor.registration {
        Registration::Acknowledged { token, user_id } => (token.clone(), user_id.clone()),
        Registration::InDoubt(data) => {
            // Whether it was committed or not, it can be sent again, under the token of the login.
            let reply = api.register(&survivor.token, data).send().await;
            assert!([200, 201].contains(&reply.status), "{}", reply.body);
            (reply.token(), reply.user_id())
        }
    };
    assert_eq!(api.me(&token).await.expect(200).text("/id"), user_id);
    let login = api.login(&survivor.phone.code()).send().await.expect(200);
    assert_eq!(login.user_id(), user_id);
}

pub(crate) async fn a_server_killed_under_load_has_lost_nothing_it_acknowledged(stage: &Stage) {
    let mut everybody = Vec::new();
    for point in POINTS {
        let server = stage.server().await;
        let api = server.api().clone();
        let answers = AtomicUsize::new(0);
        let clients = join_all((0..CLIENTS).map(|_| sign_up_on_and_on(stage, &api, &answers)));
        let (survivors, ()) = tokio::join!(clients, killed_after(server, &answers, point));
        everybody.extend(survivors.into_iter().flatten());
    }
    assert!(everybody.len() >= POINTS.len());
    let server = stage.server().await;
    join_all(everybody.iter().map(|survivor| is_still_there(survivor, server.api()))).await;
}

pub(crate) async fn a_server_asked_to_end_finishes_the_logins_in_flight(stage: &Stage) {
    let mut server = stage.server().await;
    let api = server.api().clone();
    let latency = FaultKind::Latency { milliseconds: 1000 };
    stage.wechat.set_faults(vec![Fault::on("/sns/jscode2session", latency)]);
    let logins = join_all((0..CLIENTS).map(|_| api.login(&stage.phone().code()).send()));
    let end = async {
        let all = CLIENTS as u64;
        eventually("all logins wait for WeChat", Duration::from_secs(30), async || {
            (stage.exchanges() == all).then_some(())
        })
        .await;
        server.terminate();
    };
    let (logins, ()) = tokio::join!(logins, end);
    let status = server.ended().await;
    assert!(status.success(), "{status}: {}", server.log().text());
    // And what they were told is true.
    let next = stage.server().await;
    for login in logins {
        next.api().session(&login.expect(200).token()).await.expect(200);
    }
}
