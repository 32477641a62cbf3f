//! Logging out everywhere ends what was opened before, and nothing that is opened after.

use std::time::Duration;

use crypto::{OsIds, OsTokens};
use domain::{
    ids::Ids,
    session::{Person, Session, SessionChange, SessionId, SessionState, Tokens},
    store::{Changes, Committed},
};
use e2e::{Api, Fixture, Phone, Request, Response, Server, timed};
use serde_json::json;

use crate::{
    concurrent::{concurrently, for_each_person, start_servers, wait_until_refused},
    operator::{self, Operator},
};

const REGISTRATIONS: u32 = 500;
const LOGINS: u32 = 500;

fn log_out_everywhere(api: &Api, token: &str) -> Request {
    api.delete("/v1/sessions").bearer(token)
}

/// Runs both requests concurrently. Which one starts first depends on the number.
async fn send_both(number: u32, latency: Duration, first: Request, second: Request) -> (Response, Response) {
    if number.is_multiple_of(2) {
        concurrently(number, latency, first.send(), second.send()).await
    } else {
        let (second, first) = concurrently(number, latency, second.send(), first.send()).await;
        (first, second)
    }
}

/// The session that logs out everywhere while another session registers.
#[derive(Clone, Copy)]
enum LogoutBy {
    /// An unregistered session of the same identity.
    Unregistered,
    /// A registered session of the same user.
    Registered,
    /// The session that registers.
    Itself,
}

impl LogoutBy {
    const ALL: [Self; 3] = [Self::Unregistered, Self::Registered, Self::Itself];
}

/// Logs `count` persons out everywhere, each while one of their sessions registers, and checks that no session
/// survives.
async fn log_out_during_registrations(fixture: &Fixture, servers: usize, count: u32) {
    let servers = start_servers(fixture, servers, &[]).await;
    let apis: Vec<_> = servers.iter().map(Server::api).collect();
    let registered =
        for_each_person(count, async |number| log_out_during_registration(fixture, &apis, number).await)
            .await;
    let successful = registered.iter().filter(|is_registered| **is_registered).count();
    assert!((1..registered.len()).contains(&successful), "{successful} of {count} registrations succeeded");
}

/// Returns whether the registration was successful.
async fn log_out_during_registration(fixture: &Fixture, apis: &[&Api], number: u32) -> bool {
    let by = LogoutBy::ALL[number as usize / 2 % 3];
    let (registering, ending) = (apis[0], apis[number as usize / 12 % apis.len()]);
    let phone = fixture.phone();
    // The client of the tutorial logs in at a route of its own, and keeps its token.
    let keeps_token = number / 6 % 2 == 1;
    let login = if keeps_token {
        registering.post("/login/", &json!({ "code": phone.code() }))
    } else {
        registering.login(&phone.code())
    };
    let (login, latency) = timed(login.send()).await;
    let token = login.expect(200).text(if keeps_token { "/data/token" } else { "/token" });
    let mut tokens = vec![token.clone()];
    let ender = match by {
        LogoutBy::Itself => token.clone(),
        LogoutBy::Unregistered => ending.login(&phone.code()).send().await.expect(200).token(),
        LogoutBy::Registered => ending.sign_up(&phone).await,
    };
    tokens.push(ender.clone());
    // A registered session is in the cache of every server.
    for api in apis {
        api.session(&ender).await.expect(200);
    }
    let registration = if keeps_token {
        get_info(registering, &token, &phone)
    } else {
        registering.register(&token, &phone.user_info())
    };
    let (registration, logout) =
        send_both(number, latency, registration, log_out_everywhere(ending, &ender)).await;
    let is_registered = is_registered(&registration, keeps_token);
    if is_registered && !keeps_token {
        tokens.push(registration.token());
    }
    if matches!(by, LogoutBy::Itself) && logout.status == 401 {
        // The registration has ended the session before the logout was authenticated.
        logout.expect_recover("session_revoked", "login_again");
        assert!(is_registered && !keeps_token);
        for api in apis {
            api.session(&tokens[2]).await.expect(200);
        }
    } else {
        logout.expect(204);
        wait_until_refused(apis, &tokens).await;
    }
    is_registered
}

/// The request of the tutorial's client.
fn get_info(api: &Api, token: &str, phone: &Phone) -> Request {
    let data = phone.user_info();
    let (raw_data, signature) = data.signed.expect("wx.getUserInfo signs");
    let body = json!({
        "token": token,
        "rawData": raw_data,
        "signature": signature,
        "encryptedData": data.encrypted_data,
        "iv": data.iv,
    });
    api.post("/getinfo/", &body)
}

/// Whether a registration succeeded. Otherwise, the session was revoked.
fn is_registered(registration: &Response, keeps_token: bool) -> bool {
    if keeps_token {
        let problem = registration.json()["problem"].clone();
        assert!(problem.is_null() || problem == "session_revoked", "{}", registration.body);
        return problem.is_null();
    }
    if registration.status == 401 {
        registration.expect_recover("session_revoked", "login_again");
        return false;
    }
    assert!([200, 201].contains(&registration.status), "{}", registration.body);
    true
}

pub(crate) async fn no_registration_survives_a_concurrent_logout(fixture: &Fixture) {
    log_out_during_registrations(fixture, 1, REGISTRATIONS).await;
}

pub(crate) async fn no_registration_survives_a_concurrent_logout_with_two_servers(fixture: &Fixture) {
    log_out_during_registrations(fixture, 2, REGISTRATIONS).await;
}

/// Logs `count` persons out everywhere, each during a login, and checks that each session has ended or was
/// opened after the logout.
async fn log_out_during_logins(fixture: &Fixture, servers: usize, count: u32) {
    let servers = start_servers(fixture, servers, &[]).await;
    let apis: Vec<_> = servers.iter().map(Server::api).collect();
    let operator = Operator::connect(fixture).await;
    let survived =
        for_each_person(count, async |number| log_out_during_login(fixture, &apis, &operator, number).await);
    let survived = survived.await;
    let surviving = survived.iter().filter(|has_survived| **has_survived).count();
    assert!((1..survived.len()).contains(&surviving), "{surviving} of {count} sessions were opened after");
}

/// Returns whether the session of the login was opened after the logout.
async fn log_out_during_login(fixture: &Fixture, apis: &[&Api], operator: &Operator, number: u32) -> bool {
    let (logging_in, ending) = (apis[0], apis[number as usize / 2 % apis.len()]);
    let phone = fixture.phone();
    let (login, latency) = timed(logging_in.login(&phone.code()).send()).await;
    let mut before = login.expect(200).token();
    if number / 4 % 2 == 1 {
        before = logging_in.register(&before, &phone.user_info()).send().await.expect(201).token();
    }
    for api in apis {
        api.session(&before).await.expect(200);
    }
    let code = phone.code();
    let login = match number / 8 % 2 {
        0 => logging_in.login(&code),
        _ => logging_in.login_with_key(&code, "attempt-of-this-login"),
    };
    let (login, logout) = send_both(number, latency, login, log_out_everywhere(ending, &before)).await;
    logout.expect(204);
    let token = login.expect(200).token();
    wait_until_refused(apis, &[before.clone()]).await;
    let session = operator.presented(&token).await.session;
    if session.revoked.is_some() {
        wait_until_refused(apis, &[token]).await;
        return false;
    }
    let ended = operator.presented(&before).await.session;
    let revoked_at = ended.revoked.expect("its token is refused").at;
    assert!(
        session.created_at >= revoked_at,
        "opened at {:?}, before the logout at {revoked_at:?}",
        session.created_at
    );
    for api in apis {
        api.session(&token).await.expect(200);
    }
    true
}

pub(crate) async fn no_earlier_login_survives_a_concurrent_logout(fixture: &Fixture) {
    log_out_during_logins(fixture, 1, LOGINS).await;
}

pub(crate) async fn no_earlier_login_survives_a_concurrent_logout_with_two_servers(fixture: &Fixture) {
    log_out_during_logins(fixture, 2, LOGINS).await;
}

pub(crate) async fn a_login_cannot_be_repeated_after_a_logout_everywhere(fixture: &Fixture) {
    let servers = start_servers(fixture, 2, &[]).await;
    let (a, b) = (servers[0].api(), servers[1].api());
    let phone = fixture.phone();
    for (number, repeating) in [a, b].into_iter().enumerate() {
        let (code, attempt) = (phone.code(), format!("attempt-of-login-{number}"));
        let login = a.login_with_key(&code, &attempt).send().await.expect(200);
        let registered = if number == 0 {
            a.register(&login.token(), &phone.user_info()).send().await.expect(201)
        } else {
            login
        };
        log_out_everywhere(a, &registered.token()).send().await.expect(204);
        let repeated = repeating.login_with_key(&code, &attempt).send().await;
        repeated.expect(400).expect_recover("code_used", "login_again");
    }
}

/// How many sessions a person has at most in these tests.
const SESSIONS: usize = 10_000;

/// How many sessions one commit adds.
const BATCH: usize = 500;

/// Every so many sessions, one is checked over HTTP.
const CHECKED_EVERY: usize = 199;

pub(crate) async fn ten_thousand_sessions_end_in_one_request(fixture: &Fixture) {
    let servers = start_servers(fixture, 2, &[]).await;
    let apis: Vec<_> = servers.iter().map(Server::api).collect();
    let operator = Operator::connect(fixture).await;
    let token = apis[0].sign_up(&fixture.phone()).await;
    let session = operator.presented(&token).await.session;
    let mut tokens = add_sessions(&operator, &session).await;
    tokens.push(token.clone());
    for token in &tokens {
        for api in &apis {
            api.session(token).await.expect(200);
        }
    }
    log_out_everywhere(apis[0], &token).send().await.expect(204);
    let person = Person { user: session.state.user_id(), identities: vec![session.identity.clone()] };
    let live = operator.store().sessions().live_of(&person, operator::now(), 1).await;
    assert_eq!(live.expect("the database responds"), []);
    let record = operator.presented(&token).await.record;
    assert_eq!(record.unrevoked_sessions, 0);
    wait_until_refused(&apis, &tokens).await;
}

/// Adds many sessions like this one, half of them unregistered, and returns some of their tokens.
async fn add_sessions(operator: &Operator, session: &Session) -> Vec<String> {
    let ids = OsIds::try_new().expect("there is randomness");
    let mut checked = Vec::new();
    let mut sessions = Vec::new();
    for number in 0..SESSIONS {
        let token = OsTokens.mint().expect("there is randomness");
        if number % CHECKED_EVERY == 0 {
            checked.push(token.expose().to_owned());
        }
        sessions.push(Session {
            id: SessionId::new(ids.next(session.created_at)),
            token_hash: OsTokens.digest(token.expose()),
            state: if number % 2 == 0 { SessionState::Unregistered } else { session.state },
            ..session.clone()
        });
    }
    for batch in sessions.chunks(BATCH) {
        let changes: Changes = batch.iter().cloned().map(SessionChange::Open).collect();
        let committed = operator.store().commit(changes).await.expect("the database responds");
        assert_eq!(committed, Committed::Done);
    }
    checked
}
