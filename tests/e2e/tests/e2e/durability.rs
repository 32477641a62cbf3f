//! What the server acknowledged is durable, however the server ends.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use e2e::{Api, Fixture, OpenData, Phone, Server, eventually};
use futures::future::join_all;
use wechat_simulator::{Fault, FaultKind};

/// The server is killed after this many responses.
const KILL_POINTS: [usize; 4] = [1, 5, 23, 60];

/// The number of concurrent clients.
const CLIENTS: usize = 8;

/// A user whose login was acknowledged before the server was killed.
struct LoggedIn {
    phone: Phone,
    token: String,
    registration: Registration,
}

/// The state of the user's registration.
enum Registration {
    /// The request was sent, but got no response.
    Unknown(OpenData),
    /// The registration was acknowledged.
    Acknowledged { token: String, user_id: String },
}

/// Logs new users in and registers them until the server is killed.
async fn sign_up_until_killed(fixture: &Fixture, api: &Api, responses: &AtomicUsize) -> Vec<LoggedIn> {
    let mut users = Vec::new();
    loop {
        let phone = fixture.phone();
        let Ok(login) = api.login(&phone.code()).try_send().await else { return users };
        responses.fetch_add(1, Ordering::Relaxed);
        let token = login.expect(200).token();
        let data = phone.user_info();
        let response = api.register(&token, &data).try_send().await;
        let is_killed = response.is_err();
        let registration = match response {
            Err(_) => Registration::Unknown(data),
            Ok(response) => {
                responses.fetch_add(1, Ordering::Relaxed);
                let response = response.expect(201);
                Registration::Acknowledged { token: response.token(), user_id: response.user_id() }
            }
        };
        users.push(LoggedIn { phone, token, registration });
        if is_killed {
            return users;
        }
    }
}

async fn kill_after(server: Server, responses: &AtomicUsize, point: usize) {
    eventually("the clients get responses", Duration::from_mins(1), async || {
        (responses.load(Ordering::Relaxed) >= point).then_some(())
    })
    .await;
    server.kill();
}

async fn check_user(user: &LoggedIn, api: &Api) {
    let (token, user_id) = match &user.registration {
        Registration::Acknowledged { token, user_id } => (token.clone(), user_id.clone()),
        Registration::Unknown(data) => {
            // Whether it was committed or not, the client can repeat it with the token of the login.
            let response = api.register(&user.token, data).send().await;
            assert!([200, 201].contains(&response.status), "{}", response.body);
            (response.token(), response.user_id())
        }
    };
    assert_eq!(api.me(&token).await.expect(200).text("/id"), user_id);
    let login = api.login(&user.phone.code()).send().await.expect(200);
    assert_eq!(login.user_id(), user_id);
}

pub(crate) async fn a_killed_server_loses_nothing_that_it_acknowledged(fixture: &Fixture) {
    let mut users = Vec::new();
    for point in KILL_POINTS {
        let server = fixture.server().await;
        let api = server.api().clone();
        let responses = AtomicUsize::new(0);
        let clients = join_all((0..CLIENTS).map(|_| sign_up_until_killed(fixture, &api, &responses)));
        let (logged_in, ()) = tokio::join!(clients, kill_after(server, &responses, point));
        users.extend(logged_in.into_iter().flatten());
    }
    assert!(users.len() >= KILL_POINTS.len());
    let server = fixture.server().await;
    join_all(users.iter().map(|user| check_user(user, server.api()))).await;
}

pub(crate) async fn a_terminated_server_finishes_the_logins_in_flight(fixture: &Fixture) {
    let mut server = fixture.server().await;
    let api = server.api().clone();
    let latency = FaultKind::Latency { milliseconds: 1000 };
    fixture.wechat.set_faults(vec![Fault::on("/sns/jscode2session", latency)]);
    let logins = join_all((0..CLIENTS).map(|_| api.login(&fixture.phone().code()).send()));
    let terminate = async {
        let all = CLIENTS as u64;
        eventually("all logins wait for WeChat", Duration::from_secs(30), async || {
            (fixture.exchanges() == all).then_some(())
        })
        .await;
        server.terminate();
    };
    let (logins, ()) = tokio::join!(logins, terminate);
    let status = server.exited().await;
    assert!(status.success(), "{status}: {}", server.log().text());
    // The tokens are valid on another server.
    let next = fixture.server().await;
    for login in logins {
        next.api().session(&login.expect(200).token()).await.expect(200);
    }
}
