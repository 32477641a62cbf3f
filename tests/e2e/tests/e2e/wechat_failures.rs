//! Whatever WeChat returns, the client gets a recovery, and the server stays available.

use std::time::Duration;

use e2e::{Api, Fixture, Response, eventually};
use wechat_simulator::{Fault, FaultKind};

const CODE2SESSION: &str = "/sns/jscode2session";

/// Every known errcode of code2Session, with the status, code and `recover` that the client gets.
const ERRCODES: [(i32, u16, &str, &str); 20] = [
    (-1, 503, "wechat_unavailable", "retry"),
    (-7, 503, "wechat_unavailable", "retry"),
    (45011, 503, "wechat_rate_limited", "retry"),
    (40029, 400, "invalid_code", "login_again"),
    (40163, 400, "code_used", "login_again"),
    (42003, 400, "invalid_code", "login_again"),
    (40226, 403, "wechat_user_blocked", "operator"),
    (40001, 502, "wechat_refused_misconfigured", "operator"),
    (40002, 502, "wechat_refused_misconfigured", "operator"),
    (40013, 502, "wechat_refused_misconfigured", "operator"),
    (40014, 502, "wechat_refused_misconfigured", "operator"),
    (40125, 502, "wechat_refused_misconfigured", "operator"),
    (41002, 502, "wechat_refused_misconfigured", "operator"),
    (41004, 502, "wechat_refused_misconfigured", "operator"),
    (41008, 502, "wechat_refused_misconfigured", "operator"),
    (40164, 502, "wechat_refused_address", "operator"),
    (40243, 502, "wechat_refused_frozen", "operator"),
    (50002, 502, "wechat_refused_frozen", "operator"),
    (45009, 502, "wechat_refused_quota", "operator"),
    (87_654, 502, "wechat_refused_unlisted", "operator"),
];

/// Those after which the app's calls are paused.
const PAUSING: [i32; 7] = [45011, 40013, 40125, 40164, 40243, 50002, 45009];

/// Faults after which the server does not know whether WeChat has used the code.
fn ambiguous_faults() -> Vec<FaultKind> {
    let malformed = |body: &str| FaultKind::Malformed { body: Some(body.to_owned()) };
    let status = |status: u16| FaultKind::Status { status, body: None };
    vec![
        status(500),
        status(502),
        status(503),
        status(504),
        FaultKind::Status { status: 200, body: None },
        FaultKind::Truncated,
        FaultKind::Empty,
        FaultKind::Malformed { body: None },
        malformed("null"),
        malformed("[]"),
        malformed("{}"),
        malformed(r#"{"openid":7,"session_key":"AAECAwQFBgcICQoLDA0ODw=="}"#),
        malformed(r#"{"openid":"oA","session_key":"AAECAwQ="}"#),
        malformed(r#"{"openid":"","session_key":"AAECAwQFBgcICQoLDA0ODw=="}"#),
        malformed(r#"{"errcode":"forty"}"#),
        FaultKind::Reset,
        FaultKind::HugeBody { bytes: 1 << 20 },
    ]
}

fn fault(kind: FaultKind) -> Fault {
    Fault::on(CODE2SESSION, kind)
}

/// Logs in while WeChat has this fault.
async fn log_in_under(fixture: &Fixture, fault: Fault, api: &Api, code: &str) -> Response {
    fixture.wechat.set_faults(vec![fault]);
    let response = api.login(code).send().await;
    fixture.wechat.clear_faults();
    response
}

/// Checks that a new user can log in.
async fn check_recovered(fixture: &Fixture, api: &Api) {
    let login = api.login(&fixture.phone().code()).send().await.expect(200);
    api.session(&login.token()).await.expect(200);
}

pub(crate) async fn every_errcode_has_a_recovery(fixture: &Fixture) {
    for (errcode, status, name, recover) in ERRCODES {
        // Some of them pause the app's calls on a server.
        let server = fixture.server().await;
        let api = server.api();
        let code = fixture.phone().code();
        let fault = fault(FaultKind::Errcode { errcode, errmsg: None });
        let refused = log_in_under(fixture, fault, api, &code).await;
        let problem = refused.expect_problem(status);
        assert_eq!((&*problem.code, &*problem.recover), (name, recover), "{errcode}");
        if PAUSING.contains(&errcode) {
            let paused = api.login(&fixture.phone().code()).send().await;
            assert_eq!(paused.expect_problem(status).code, name, "{errcode}");
            continue;
        }
        if recover == "retry" {
            // The client repeats the request.
            api.login(&code).send().await.expect(200);
        }
        check_recovered(fixture, api).await;
    }
}

pub(crate) async fn wechat_is_asked_once_about_a_code_that_it_refused(fixture: &Fixture) {
    let server = fixture.server().await;
    for number in 0..100 {
        let api = server.api();
        let login = if number % 2 == 0 { api.login("bad") } else { api.login_with_key("bad", "attempt-1") };
        login.send().await.expect(400).expect_recover("invalid_code", "login_again");
    }
    assert_eq!(fixture.exchanges(), 1);
    check_recovered(fixture, server.api()).await;
}

pub(crate) async fn a_limit_pauses_the_calls_of_the_app(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    api.sign_up(&fixture.phone()).await;
    let exchanges = fixture.exchanges();
    fixture.wechat.set_faults(vec![fault(FaultKind::Errcode { errcode: 45011, errmsg: None })]);
    let mut waits = Vec::new();
    for _ in 0..50 {
        let limited = api.login(&fixture.phone().code()).send().await;
        limited.expect_problem(503);
        waits.push(limited.header(reqwest::header::RETRY_AFTER).parse::<u64>().unwrap());
    }
    assert!(waits.iter().all(|seconds| (1..=60).contains(seconds)), "{waits:?}");
    // One call a probe, and one more each time that a minute has ended.
    let asked = fixture.exchanges() - exchanges;
    assert!(asked < 10, "{asked}");
    fixture.wechat.clear_faults();
    eventually("a probe ends the pause", Duration::from_secs(10), async || {
        let login = api.login(&fixture.phone().code()).send().await;
        (login.status == 200).then_some(())
    })
    .await;
    check_recovered(fixture, api).await;
}

pub(crate) async fn every_fault_has_a_recovery(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    for kind in ambiguous_faults() {
        let code = fixture.phone().code();
        let failed = log_in_under(fixture, fault(kind.clone()), api, &code).await.expect(503);
        failed.expect_recover("wechat_unavailable", "retry");
        api.login(&code).send().await.expect(200);

        let code = fixture.phone().code();
        let failed = log_in_under(fixture, fault(kind).consuming(), api, &code).await.expect(503);
        failed.expect_recover("wechat_unavailable", "retry");
        // WeChat has used the code, as the repeated request finds out.
        api.login(&code).send().await.expect(400).expect_recover("code_used", "login_again");
        check_recovered(fixture, api).await;
    }
}

pub(crate) async fn a_transient_fault_is_retried(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    for kind in ambiguous_faults() {
        log_in_under(fixture, fault(kind).times(1), api, &fixture.phone().code()).await.expect(200);
    }
    let busy = FaultKind::Errcode { errcode: -1, errmsg: None };
    log_in_under(fixture, fault(busy).times(1), api, &fixture.phone().code()).await.expect(200);
}

pub(crate) async fn a_lost_response_costs_one_more_code(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let lost = ambiguous_faults().into_iter().map(|kind| fault(kind).times(1).consuming());
    let incomplete =
        ["openid", "session_key"].map(|field| fault(FaultKind::MissingField { field: field.to_owned() }));
    for fault in lost.chain(incomplete) {
        let phone = fixture.phone();
        let failed = log_in_under(fixture, fault, api, &phone.code()).await.expect(400);
        failed.expect_recover("code_exchange_lost", "login_again");
        api.sign_up(&phone).await;
    }
}

pub(crate) async fn a_late_response_has_a_recovery(fixture: &Fixture) {
    let server = fixture.server_with(&[("YAOSHI_WECHAT__TOTAL_TIMEOUT", "1s")]).await;
    let api = server.api();
    let code = fixture.phone().code();
    let before = FaultKind::TimeoutBefore { milliseconds: 60_000 };
    let failed = log_in_under(fixture, fault(before.clone()), api, &code).await.expect(503);
    failed.expect_recover("wechat_unavailable", "retry");
    api.login(&code).send().await.expect(200);
    log_in_under(fixture, fault(before).times(1), api, &fixture.phone().code()).await.expect(200);

    let after = FaultKind::TimeoutAfter { milliseconds: 60_000 };
    for too_late in [after.clone(), FaultKind::SlowBytes { milliseconds: 50 }] {
        let code = fixture.phone().code();
        let failed = log_in_under(fixture, fault(too_late), api, &code).await.expect(503);
        failed.expect_recover("wechat_unavailable", "retry");
        api.login(&code).send().await.expect(400).expect_recover("code_used", "login_again");
        check_recovered(fixture, api).await;
    }
    let failed = log_in_under(fixture, fault(after).times(1), api, &fixture.phone().code()).await.expect(400);
    failed.expect_recover("code_exchange_lost", "login_again");
    check_recovered(fixture, api).await;
}

pub(crate) async fn the_circuit_breaker_opens_and_closes_again(fixture: &Fixture) {
    let server = fixture.server_with(&[("YAOSHI_WECHAT__BREAKER_FAILURES", "3")]).await;
    let api = server.api();
    fixture.wechat.set_faults(vec![fault(FaultKind::Reset)]);
    let codes = [(); 4].map(|()| fixture.phone().code());
    for code in &codes[..3] {
        api.login(code).send().await.expect(503).expect_recover("wechat_unavailable", "retry");
    }
    let exchanges = fixture.exchanges();
    api.login(&codes[3]).send().await.expect(503).expect_recover("wechat_unavailable", "retry");
    assert_eq!(fixture.exchanges(), exchanges, "the circuit breaker is not open");
    fixture.wechat.clear_faults();
    for code in &codes {
        let recovered = eventually("the circuit breaker is closed", Duration::from_secs(15), async || {
            Some(api.login(code).send().await).filter(|response| response.status != 503)
        });
        recovered.await.expect(200);
    }
    // Nothing listens on this port.
    let unreachable = fixture.server_with(&[("YAOSHI_WECHAT__BASE_URL", "http://127.0.0.1:9")]).await;
    let failed = unreachable.api().login(&fixture.phone().code()).send().await.expect(503);
    failed.expect_recover("wechat_unavailable", "retry");
}
