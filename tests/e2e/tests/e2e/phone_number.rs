//! Phone numbers: registration, binding, and codes that are paid for.

use std::time::Duration;

use e2e::{Api, Fixture, Phone, Request, Response, Server, eventually};
use futures::{FutureExt, future::join_all};
use reqwest::Method;
use serde_json::{Value, json};
use wechat_simulator::{Fault, FaultKind, NewUser};

const ENDPOINT: &str = "/wxa/business/getuserphonenumber";
const TAP: &str = "one-tap-of-the-phone-button";

/// How many requests are sent at once.
const MANY: usize = 24;

/// The phone of a user with this number.
fn phone_with(fixture: &Fixture, number: &str) -> Phone {
    fixture.phone_of(NewUser { phone_number: Some(number.to_owned()), ..NewUser::default() })
}

fn bind(api: &Api, token: &str, code: &str) -> Request {
    api.request(Method::PUT, "/v1/me/phone").bearer(token).json(&json!({ "code": code }))
}

fn register(api: &Api, token: &str, code: &str) -> Request {
    api.post("/v1/register", &json!({ "phone_code": code })).bearer(token)
}

async fn log_in(api: &Api, phone: &Phone) -> String {
    api.login(&phone.code()).send().await.expect(200).token()
}

async fn number(api: &Api, token: &str) -> Value {
    api.get("/v1/me/phone").bearer(token).send().await.expect(200).json()["phone"].clone()
}

fn set_fault(fixture: &Fixture, kind: FaultKind) {
    fixture.wechat.set_faults(vec![Fault::on(ENDPOINT, kind)]);
}

fn billed(fixture: &Fixture) -> u64 {
    fixture.wechat.calls().billed
}

pub(crate) async fn a_stranger_registers_by_phone(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = phone_with(fixture, "13800138000");
    let login = log_in(api, &phone).await;
    let registered = register(api, &login, &phone.phone_code()).send().await.expect(201);
    let token = registered.token();
    assert_eq!(number(api, &token).await, "+8613800138000");
    api.session(&login).await.expect(401).expect_recover("session_revoked", "login_again");
    let again = api.login(&phone.code()).send().await.expect(200);
    assert_eq!(again.user_id(), registered.user_id());
    // Registered already: the code is not spent.
    let code = phone.phone_code();
    register(api, &again.token(), &code).send().await.expect(200);
    assert_eq!(billed(fixture), 1);
    bind(api, &again.token(), &code).send().await.expect(200);
}

pub(crate) async fn a_number_is_bound_shown_replaced_and_removed(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = phone_with(fixture, "13800138000");
    let stranger = log_in(api, &phone).await;
    let refused = bind(api, &stranger, &phone.phone_code()).send().await.expect(403);
    refused.expect_recover("not_registered", "register");
    let token = api.sign_up(&phone).await;
    let none = api.get("/v1/me/phone").bearer(&token).send().await.expect(404);
    none.expect_recover("no_phone", "collect_again");
    bind(api, &token, &phone.phone_code()).send().await.expect(200);
    assert_eq!(number(api, &token).await, "+8613800138000");
    let abroad = NewUser {
        phone_number: Some("61234567".to_owned()),
        country_code: Some("852".to_owned()),
        ..NewUser::default()
    };
    let abroad = fixture.phone_of(abroad);
    let foreign = bind(api, &token, &abroad.phone_code()).send().await.expect(400);
    foreign.expect_recover("invalid_phone_code", "collect_again");
    let other = api.sign_up(&abroad).await;
    bind(api, &other, &abroad.phone_code()).send().await.expect(200);
    assert_eq!(number(api, &other).await, "+85261234567");
    for _ in 0..2 {
        api.delete("/v1/me/phone").bearer(&token).send().await.expect(204);
        api.get("/v1/me/phone").bearer(&token).send().await.expect(404);
    }
    let encrypted = phone.encrypted_phone();
    let request = api.request(Method::PUT, "/v1/me/phone").bearer(&token);
    let refused = request.json(&encrypted.to_json()).send().await.expect(422);
    refused.expect_recover("encrypted_phone_refused", "fix_request");
}

pub(crate) async fn a_number_is_one_users(fixture: &Fixture) {
    let servers = [fixture.server().await, fixture.server().await];
    let users: Vec<_> = join_all((0..12).map(async |index: usize| {
        let phone = phone_with(fixture, "13800138000");
        let api = servers[index % 2].api();
        let token = api.sign_up(&phone).await;
        (api, token, phone.phone_code())
    }))
    .await;
    let bindings = join_all(users.iter().map(|(api, token, code)| bind(api, token, code).send())).await;
    let (bound, refused): (Vec<_>, Vec<_>) = bindings.iter().partition(|binding| binding.status == 200);
    assert_eq!(bound.len(), 1, "{bindings:?}");
    for refused in refused {
        refused.expect_recover("phone_taken", "operator");
    }
    let api = servers[0].api();
    let stranger = phone_with(fixture, "13800138000");
    let login = log_in(api, &stranger).await;
    let taken = register(api, &login, &stranger.phone_code()).send().await.expect(409);
    taken.expect_recover("phone_taken", "operator");
    assert_eq!(api.session(&login).await.expect(200).json()["state"], "unregistered");
}

pub(crate) async fn a_registration_joins_the_user_with_the_number(fixture: &Fixture) {
    let variables = [("YAOSHI_APP__PHONE_JOIN", "always"), ("YAOSHI_APP__REGISTRATION", "phone")];
    let servers = [fixture.server_with(&variables).await, fixture.server_with(&variables).await];
    let registrations = join_all((0..8).map(async |index: usize| {
        let phone = phone_with(fixture, "13800138000");
        let api = servers[index % 2].api();
        let login = log_in(api, &phone).await;
        register(api, &login, &phone.phone_code()).send().await
    }))
    .await;
    let created = registrations.iter().filter(|registration| registration.status == 201).count();
    assert_eq!(created, 1, "{registrations:?}");
    for registration in &registrations {
        assert_eq!(registration.user_id(), registrations[0].user_id());
    }
    let phone = fixture.phone();
    let login = log_in(servers[0].api(), &phone).await;
    let refused = servers[0].api().register(&login, &phone.user_info()).send().await.expect(403);
    refused.expect_recover("registration_not_allowed", "fix_request");
}

/// Sends many requests with one code to both servers while WeChat is slow.
async fn send_many(
    fixture: &Fixture,
    servers: &[Server; 2],
    request: impl Fn(&Api) -> Request,
) -> Vec<Response> {
    let senders: Vec<_> = servers.iter().map(Server::api).cycle().take(MANY).collect();
    // Opens the connections first, so that all requests arrive at the same time.
    join_all(senders.iter().map(|api| api.get("/healthz").send())).await;
    set_fault(fixture, FaultKind::Latency { milliseconds: 1000 });
    let send = |api: &&Api| request(api).header("idempotency-key", TAP).send();
    let responses = join_all(senders.iter().map(send)).await;
    fixture.wechat.clear_faults();
    responses
}

pub(crate) async fn a_code_that_is_sent_many_times_is_paid_for_once(fixture: &Fixture) {
    let servers = [fixture.server().await, fixture.server().await];
    let phone = phone_with(fixture, "13800138000");
    let token = api_of(&servers).sign_up(&phone).await;
    let code = phone.phone_code();
    for binding in send_many(fixture, &servers, |api| bind(api, &token, &code)).await {
        assert_eq!(binding.expect(200).json()["phone"], "+8613800138000");
    }
    assert_eq!((billed(fixture), fixture.wechat.calls_of(ENDPOINT).total), (1, 1));
    let stranger = phone_with(fixture, "13900139000");
    let login = log_in(api_of(&servers), &stranger).await;
    let code = stranger.phone_code();
    let registrations = send_many(fixture, &servers, |api| register(api, &login, &code)).await;
    let tokens: Vec<_> = registrations.iter().map(Response::token).collect();
    assert!(tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
    assert_eq!(registrations.iter().filter(|registration| registration.status == 201).count(), 1);
    assert_eq!((billed(fixture), fixture.wechat.calls_of(ENDPOINT).total), (2, 2));
    let other_tap = register(api_of(&servers), &login, &code).header("idempotency-key", "another-tap");
    let used = other_tap.send().await.expect(400);
    used.expect_recover("phone_code_used", "collect_again");
}

fn api_of(servers: &[Server; 2]) -> &Api {
    servers[0].api()
}

pub(crate) async fn a_server_that_dies_in_between_costs_one_code(fixture: &Fixture) {
    let (dying, server) = (fixture.server().await, fixture.server().await);
    let phone = phone_with(fixture, "13800138000");
    let token = dying.api().sign_up(&phone).await;
    let code = phone.phone_code();
    // WeChat uses the code up, and its answer never arrives.
    set_fault(fixture, FaultKind::TimeoutAfter { milliseconds: 60_000 });
    let lost = bind(dying.api(), &token, &code).header("idempotency-key", TAP).try_send();
    let killed = async {
        eventually("WeChat is asked", Duration::from_secs(10), async || (billed(fixture) == 1).then_some(()))
            .await;
        dying.kill();
    };
    let (lost, ()) = tokio::join!(lost, killed);
    lost.expect_err("the server is dead");
    fixture.wechat.clear_faults();
    let repeated = || bind(server.api(), &token, &code).header("idempotency-key", TAP).send();
    let answer = eventually("it is clear that the number is gone", Duration::from_secs(30), async || {
        let answer = repeated().await;
        if answer.status == 503 {
            answer.expect_recover("phone_in_progress", "retry");
            return None;
        }
        Some(answer)
    });
    answer.await.expect(400).expect_recover("phone_code_lost", "collect_again");
    assert_eq!((billed(fixture), fixture.wechat.calls_of(ENDPOINT).total), (1, 1));
    bind(server.api(), &token, &phone.phone_code()).send().await.expect(200);
}

pub(crate) async fn a_lost_answer_costs_one_more_code(fixture: &Fixture) {
    let server = fixture.server().await;
    let phone = fixture.phone();
    let token = server.api().sign_up(&phone).await;
    let code = phone.phone_code();
    fixture.wechat.set_faults(vec![Fault::on(ENDPOINT, FaultKind::Reset).times(1).consuming()]);
    let lost = bind(server.api(), &token, &code).send().await.expect(400);
    lost.expect_recover("phone_code_lost", "collect_again");
    assert_eq!(billed(fixture), 1);
    bind(server.api(), &token, &phone.phone_code()).send().await.expect(200);
}

pub(crate) async fn codes_of_the_other_kind_are_told(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    let token = api.sign_up(&phone).await;
    let login_code = bind(api, &token, &phone.code()).send().await.expect(400);
    login_code.expect_recover("login_code_given", "collect_again");
    let phone_code = api.login(&phone.phone_code()).send().await.expect(400);
    phone_code.expect_recover("phone_code_given", "login_again");
    assert_eq!(billed(fixture), 0);
}

pub(crate) async fn every_errcode_of_phones_has_a_recovery(fixture: &Fixture) {
    let table = [
        (-1, 503, "wechat_unavailable", "retry"),
        (40001, 503, "wechat_unavailable", "retry"),
        (40003, 400, "invalid_phone_code", "collect_again"),
        (40013, 400, "invalid_phone_code", "collect_again"),
        (40014, 503, "wechat_unavailable", "retry"),
        (40029, 400, "invalid_phone_code", "collect_again"),
        (42001, 503, "wechat_unavailable", "retry"),
        (45009, 502, "wechat_refused_quota", "operator"),
        (45011, 503, "wechat_rate_limited", "retry"),
        (48001, 502, "wechat_refused_permission", "operator"),
        (50002, 502, "wechat_refused_frozen", "operator"),
        (87_654, 502, "wechat_refused_unlisted", "operator"),
    ];
    for (errcode, status, name, recover) in table {
        let server = fixture.server().await;
        let api = server.api();
        let phone = fixture.phone();
        let token = api.sign_up(&phone).await;
        set_fault(fixture, FaultKind::Errcode { errcode, errmsg: None });
        let refused = bind(api, &token, &phone.phone_code()).send().await;
        let stranger = fixture.phone();
        let login = log_in(api, &stranger).await;
        let unregistered = register(api, &login, &stranger.phone_code()).send().await;
        fixture.wechat.clear_faults();
        for refused in [refused, unregistered] {
            let problem = refused.expect_problem(status);
            assert_eq!((&*problem.code, &*problem.recover), (name, recover), "{errcode}");
        }
        // The session is still good.
        api.session(&login).await.expect(200);
    }
}

pub(crate) async fn a_hanging_phone_endpoint_holds_up_nothing_else(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    let token = api.sign_up(&phone).await;
    api.request(Method::POST, "/v1/session/check").bearer(&token).send().await.expect(200);
    set_fault(fixture, FaultKind::TimeoutBefore { milliseconds: 60_000 });
    let mut hanging = Box::pin(join_all((0..200).map(|_| bind(api, &token, &phone.phone_code()).send())));
    for _ in 0..20 {
        let others = async {
            let login = log_in(api, &fixture.phone()).await;
            api.session(&login).await.expect(200);
            api.session(&token).await.expect(200);
            api.request(Method::POST, "/v1/session/check").bearer(&login).send().await.expect(200);
        };
        // All of it is done while every phone request still waits.
        tokio::select! {
            biased;
            _ = &mut hanging => panic!("the phone requests were answered first"),
            () = others => {}
        }
    }
    assert!(hanging.as_mut().now_or_never().is_none());
    for refused in hanging.await {
        refused.expect(503).expect_recover("wechat_unavailable", "retry");
    }
}
