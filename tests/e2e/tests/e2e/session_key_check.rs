//! Whether the session_key is alive at WeChat.

use std::time::Duration;

use e2e::{APP_ID, Api, Fixture, Phone, Response, eventually};
use reqwest::Method;
use serde_json::json;
use wechat_simulator::{Fault, FaultKind};

const CHECK: &str = "/wxa/checksession";
const TOKEN: &str = "/cgi-bin/stable_token";

async fn check(api: &Api, token: &str) -> Response {
    api.request(Method::POST, "/v1/session/check").bearer(token).send().await
}

async fn expect_state(api: &Api, token: &str, state: &str) {
    assert_eq!(check(api, token).await.expect(200).json(), json!({ "session_key": state }));
}

async fn logged_in(fixture: &Fixture, api: &Api) -> (Phone, String) {
    let phone = fixture.phone();
    let token = api.login(&phone.code()).send().await.expect(200).token();
    (phone, token)
}

pub(crate) async fn a_key_is_live_until_wechat_replaces_it(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let (phone, token) = logged_in(fixture, api).await;
    expect_state(api, &token, "live").await;
    phone.rotate_key();
    expect_state(api, &token, "stale").await;
    let token = api.login(&phone.code()).send().await.expect(200).token();
    expect_state(api, &token, "live").await;
    let registered = api.register(&token, &phone.user_info()).send().await.expect(201).token();
    expect_state(api, &registered, "live").await;
    check(api, "ys_nonsense").await.expect(401);
    assert_eq!(fixture.wechat.calls_of(TOKEN).total, 1);
}

pub(crate) async fn a_dead_access_token_goes_unnoticed(fixture: &Fixture) {
    let servers = [fixture.server().await, fixture.server().await];
    let (_, token) = logged_in(fixture, servers[0].api()).await;
    for server in &servers {
        expect_state(server.api(), &token, "live").await;
    }
    fixture.wechat.kill_access_tokens(APP_ID).unwrap();
    for server in &servers {
        expect_state(server.api(), &token, "live").await;
    }
    let asked = fixture.wechat.calls_of(TOKEN);
    let is_forced =
        |call: &&wechat_simulator::Call| call.body.get("force_refresh").is_some_and(|force| force == "true");
    assert_eq!(asked.calls.iter().filter(is_forced).count(), 1);
    assert_eq!(asked.total, 5);
}

pub(crate) async fn every_errcode_of_the_check_has_a_recovery(fixture: &Fixture) {
    let table = [
        (CHECK, -1, 503, "wechat_unavailable", "retry"),
        (CHECK, 40001, 503, "wechat_unavailable", "retry"),
        (CHECK, 40003, 502, "wechat_refused_unlisted", "operator"),
        (CHECK, 40014, 503, "wechat_unavailable", "retry"),
        (CHECK, 42001, 503, "wechat_unavailable", "retry"),
        (CHECK, 45009, 502, "wechat_refused_quota", "operator"),
        (CHECK, 45011, 503, "wechat_rate_limited", "retry"),
        (CHECK, 48001, 502, "wechat_refused_permission", "operator"),
        (CHECK, 50002, 502, "wechat_refused_frozen", "operator"),
        (CHECK, 87008, 502, "wechat_refused_misconfigured", "operator"),
        (TOKEN, 40125, 502, "wechat_refused_misconfigured", "operator"),
        (TOKEN, 40164, 502, "wechat_refused_address", "operator"),
        (TOKEN, 40243, 502, "wechat_refused_frozen", "operator"),
        (TOKEN, 45011, 503, "wechat_rate_limited", "retry"),
        (TOKEN, 89503, 502, "wechat_refused_confirmation", "operator"),
    ];
    for (endpoint, errcode, status, name, recover) in table {
        let server = fixture.server().await;
        let api = server.api();
        let (phone, token) = logged_in(fixture, api).await;
        fixture.wechat.set_faults(vec![Fault::on(endpoint, FaultKind::Errcode { errcode, errmsg: None })]);
        let refused = check(api, &token).await;
        // A paused check slows no login.
        api.login(&phone.code()).send().await.expect(200);
        fixture.wechat.clear_faults();
        let problem = refused.expect_problem(status);
        assert_eq!((&*problem.code, &*problem.recover), (name, recover), "{endpoint} {errcode}");
    }
}

pub(crate) async fn a_logout_everywhere_resets_the_key(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let (phone, token) = logged_in(fixture, api).await;
    let old = phone.session_key();
    api.delete("/v1/sessions").bearer(&token).send().await.expect(204);
    eventually("the key is reset", Duration::from_secs(10), async || {
        (phone.session_key() != old).then_some(())
    })
    .await;
    let token = api.login(&phone.code()).send().await.expect(200).token();
    expect_state(api, &token, "live").await;
}
