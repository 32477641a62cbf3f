//! Access tokens: the replies of token and stable_token, and when a token is valid.

use axum::http::StatusCode;
use serde_json::{Value, json};
use wechat_simulator::{App, Policies, Simulator};

use crate::support::{
    APP, BOUND_APP, Response, SECRET, access_token, assert_errmsg, get, post, send, simulator,
    simulator_with, token_request,
};

const STABLE_TOKEN: &str = "/cgi-bin/stable_token";
const DAY: u32 = 86_400;

fn token_path(app_id: &str, secret: &str) -> String {
    format!("/cgi-bin/token?grant_type=client_credential&appid={app_id}&secret={secret}")
}

/// A token of `/cgi-bin/token`.
async fn plain_token(simulator: &Simulator) -> String {
    text(&get(simulator, &token_path(APP, SECRET)).await)
}

async fn stable(simulator: &Simulator) -> Response {
    post(simulator, STABLE_TOKEN, token_request(APP)).await
}

async fn force(simulator: &Simulator) -> Response {
    let mut request = token_request(APP);
    request["force_refresh"] = json!(true);
    post(simulator, STABLE_TOKEN, request).await
}

fn text(response: &Response) -> String {
    response.json()["access_token"].as_str().unwrap_or_else(|| panic!("{}", response.body)).to_owned()
}

fn expires_in(response: &Response) -> i64 {
    response.json()["expires_in"].as_i64().unwrap()
}

/// The errcode of a call with this token; 40003 (there is no openid) means that the token is valid.
async fn errcode(simulator: &Simulator, token: &str) -> i64 {
    get(simulator, &format!("/wxa/checksession?access_token={token}")).await.errcode()
}

const VALID: i64 = 40003;

#[tokio::test]
async fn a_token_has_the_published_form() {
    let simulator = simulator();
    for response in [get(&simulator, &token_path(APP, SECRET)).await, stable(&simulator).await] {
        assert_eq!(response.status, StatusCode::OK);
        assert_eq!(response.headers["content-type"], "application/json; encoding=utf-8");
        let token = text(&response);
        assert_eq!(response.body, format!(r#"{{"access_token":"{token}","expires_in":7200}}"#));
        assert_eq!(token.len(), 136);
        assert_eq!(errcode(&simulator, &token).await, VALID);
    }
}

#[tokio::test]
async fn checks_are_made_in_order() {
    let simulator = simulator();
    let table = [
        (json!({}), 40002, "invalid grant_type"),
        (
            json!({ "grant_type": "authorization_code", "appid": APP, "secret": SECRET }),
            40002,
            "invalid grant_type",
        ),
        (json!({ "grant_type": "client_credential" }), 41002, "appid missing"),
        (json!({ "grant_type": "client_credential", "appid": "", "secret": "x" }), 41002, "appid missing"),
        (json!({ "grant_type": "client_credential", "appid": "x" }), 41004, "appsecret missing"),
        (json!({ "grant_type": "client_credential", "appid": "x", "secret": "x" }), 40013, "invalid appid"),
        (
            json!({ "grant_type": "client_credential", "appid": APP, "secret": "x" }),
            40125,
            "invalid appsecret",
        ),
    ];
    for (request, expected, errmsg) in table {
        let query: Vec<String> = request
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| format!("{name}={}", value.as_str().unwrap()))
            .collect();
        let plain = get(&simulator, &format!("/cgi-bin/token?{}", query.join("&"))).await;
        for response in [plain, post(&simulator, STABLE_TOKEN, request.clone()).await] {
            assert_eq!(response.status, StatusCode::OK);
            assert_eq!(response.headers["content-type"], "application/json; encoding=utf-8");
            assert_eq!(response.errcode(), expected, "{request}");
            assert_errmsg(&response, errmsg);
        }
    }
}

#[tokio::test]
async fn the_methods_and_the_body_are_checked() {
    let simulator = simulator();
    let table = [
        ("POST", token_path(APP, SECRET), String::new(), 43001),
        ("GET", STABLE_TOKEN.to_owned(), token_request(APP).to_string(), 43002),
        ("POST", STABLE_TOKEN.to_owned(), String::new(), 44002),
        ("POST", STABLE_TOKEN.to_owned(), "grant_type=client_credential".to_owned(), 47001),
        ("POST", STABLE_TOKEN.to_owned(), r#"{"force_refresh":"yes"}"#.to_owned(), 47001),
    ];
    for (method, path, body, expected) in table {
        assert_eq!(
            send(&simulator, method, &path, body.clone()).await.errcode(),
            expected,
            "{method} {body}"
        );
    }
}

#[tokio::test]
async fn an_address_outside_the_whitelist_is_rejected() {
    let simulator = simulator();
    let app = App { ip_whitelist: vec![[10, 0, 0, 1].into()], ..App::new(APP, SECRET) };
    simulator.register_app(app).unwrap();
    let response = stable(&simulator).await;
    assert_eq!(response.errcode(), 40164);
    assert_errmsg(&response, "invalid ip unknown, not in whitelist");
}

#[tokio::test]
async fn every_call_of_token_makes_a_new_one_and_the_previous_works_for_300_seconds() {
    let simulator = simulator();
    let first = plain_token(&simulator).await;
    let second = plain_token(&simulator).await;
    assert_ne!(first, second);
    simulator.advance(299);
    assert_eq!(errcode(&simulator, &first).await, VALID);
    simulator.advance(1);
    assert_eq!(errcode(&simulator, &first).await, 40001);
    assert_eq!(errcode(&simulator, &second).await, VALID);
}

#[tokio::test]
async fn a_token_expires_after_two_hours() {
    let simulator = simulator();
    let [plain, stable] = [plain_token(&simulator).await, access_token(&simulator, APP).await];
    simulator.advance(7199);
    for token in [&plain, &stable] {
        assert_eq!(errcode(&simulator, token).await, VALID);
    }
    simulator.advance(1);
    for token in [&plain, &stable] {
        assert_eq!(errcode(&simulator, token).await, 42001);
    }
}

#[tokio::test]
async fn the_stable_token_stays_until_its_last_300_seconds() {
    let simulator = simulator();
    let first = text(&stable(&simulator).await);
    simulator.advance(6899);
    let again = stable(&simulator).await;
    assert_eq!((text(&again), expires_in(&again)), (first.clone(), 301));
    simulator.advance(1);
    let renewed = stable(&simulator).await;
    assert_eq!(expires_in(&renewed), 7200);
    assert_ne!(text(&renewed), first);
    simulator.advance(299);
    assert_eq!(errcode(&simulator, &first).await, VALID, "old and new overlap");
    simulator.advance(1);
    assert_ne!(errcode(&simulator, &first).await, VALID);
    assert_eq!(errcode(&simulator, &text(&renewed)).await, VALID);
}

#[tokio::test]
async fn the_two_kinds_do_not_affect_each_other() {
    let simulator = simulator();
    let stable_token = access_token(&simulator, APP).await;
    let plain = plain_token(&simulator).await;
    let forced = text(&force(&simulator).await);
    plain_token(&simulator).await;
    simulator.advance(300);
    assert_eq!(errcode(&simulator, &forced).await, VALID);
    assert_eq!(errcode(&simulator, &plain).await, 40001);
    assert_eq!(errcode(&simulator, &stable_token).await, 40001);
}

#[tokio::test]
async fn a_forced_refresh_ends_the_old_token_at_once_or_by_policy_later() {
    for (overlaps, expected) in [(false, 40001), (true, VALID)] {
        let simulator = simulator_with(Policies { forced_token_overlaps: overlaps, ..Policies::default() });
        let old = access_token(&simulator, APP).await;
        let forced = force(&simulator).await;
        assert_eq!(expires_in(&forced), 7200);
        assert_eq!(errcode(&simulator, &old).await, expected);
        assert_eq!(errcode(&simulator, &text(&forced)).await, VALID);
        assert_eq!(access_token(&simulator, APP).await, text(&forced));
        simulator.advance(300);
        assert_eq!(errcode(&simulator, &old).await, 40001);
    }
}

#[tokio::test]
async fn forced_refreshes_within_30_seconds_do_not_renew() {
    let simulator = simulator();
    let first = text(&force(&simulator).await);
    simulator.advance(29);
    let limited = force(&simulator).await;
    assert_eq!((text(&limited), expires_in(&limited)), (first.clone(), 7171));
    simulator.advance(1);
    assert_ne!(text(&force(&simulator).await), first);
}

#[tokio::test]
async fn the_21st_forced_refresh_of_a_day_does_not_renew() {
    let simulator = simulator();
    let mut last = String::new();
    for _ in 0..20 {
        let forced = text(&force(&simulator).await);
        assert_ne!(forced, last);
        last = forced;
        simulator.advance(30);
    }
    assert_eq!(text(&force(&simulator).await), last);
    simulator.advance(DAY);
    assert_ne!(text(&force(&simulator).await), last);
}

#[tokio::test]
async fn by_policy_a_limited_refresh_fails() {
    let simulator = simulator_with(Policies { limited_force_fails: true, ..Policies::default() });
    force(&simulator).await;
    assert_eq!(force(&simulator).await.errcode(), 45011);
    for _ in 0..19 {
        simulator.advance(30);
        assert_eq!(force(&simulator).await.errcode(), 0);
    }
    simulator.advance(30);
    assert_eq!(force(&simulator).await.errcode(), 45009);
    assert_eq!(stable(&simulator).await.errcode(), 0, "without force, there is no such limit");
}

#[tokio::test]
async fn a_killed_token_is_returned_until_a_forced_refresh() {
    let simulator = simulator();
    let [plain, killed] = [plain_token(&simulator).await, access_token(&simulator, APP).await];
    let body = json!({ "app_id": APP });
    assert_eq!(post(&simulator, "/sim/access-tokens/kill", body).await.status, StatusCode::OK);
    for token in [&plain, &killed] {
        assert_eq!(errcode(&simulator, token).await, 40001);
    }
    assert_eq!(access_token(&simulator, APP).await, killed);
    let forced = text(&force(&simulator).await);
    assert_eq!(errcode(&simulator, &forced).await, VALID);
    assert_eq!(access_token(&simulator, APP).await, forced);
}

#[tokio::test]
async fn a_killed_token_is_replaced_when_it_is_due_or_by_policy_at_once() {
    let simulator = simulator();
    let killed = access_token(&simulator, APP).await;
    simulator.kill_access_tokens(APP).unwrap();
    simulator.advance(6900);
    assert_ne!(access_token(&simulator, APP).await, killed);
    assert_eq!(errcode(&simulator, &killed).await, 40001, "it stays invalid");

    let simulator = simulator_with(Policies { killed_token_is_replaced: true, ..Policies::default() });
    let killed = access_token(&simulator, APP).await;
    simulator.kill_access_tokens(APP).unwrap();
    let fresh = access_token(&simulator, APP).await;
    assert_ne!(fresh, killed);
    assert_eq!(errcode(&simulator, &fresh).await, VALID);
}

#[tokio::test]
async fn only_the_tokens_of_the_app_are_killed() {
    let simulator = simulator();
    let other = access_token(&simulator, BOUND_APP).await;
    simulator.kill_access_tokens(APP).unwrap();
    assert_eq!(errcode(&simulator, &other).await, VALID);
}

#[tokio::test]
async fn every_endpoint_checks_the_token_first() {
    let simulator = simulator();
    let unknown = format!("1_{}", "x".repeat(134));
    let table = [("", 41001), ("short", 40014), ("1_!", 40014), (unknown.as_str(), 40001)];
    let endpoints = [
        ("GET", "/wxa/checksession"),
        ("GET", "/wxa/resetusersessionkey"),
        ("GET", "/wxa/business/getuserencryptkey"),
        ("POST", "/wxa/business/getuserencryptkey"),
        ("POST", "/wxa/business/getuserphonenumber"),
        ("POST", "/wxa/set_user_storage"),
        ("POST", "/wxa/setuserinteractivedata"),
        ("POST", "/xpay/query_user_balance"),
        ("POST", "/xpay/currency_pay"),
        ("POST", "/xpay/cancel_currency_pay"),
        ("POST", "/wxa/game/getbalance"),
        ("POST", "/wxa/game/pay"),
        ("POST", "/wxa/game/cancelpay"),
        ("POST", "/wxa/game/present"),
    ];
    for (method, path) in endpoints {
        for (token, expected) in table {
            let response = send(&simulator, method, &format!("{path}?access_token={token}"), "").await;
            assert_eq!(response.errcode(), expected, "{path} {token}");
            assert_eq!(response.headers["content-type"], "application/json");
        }
    }
    let missing = get(&simulator, "/wxa/checksession").await;
    assert_errmsg(&missing, "access_token missing");
}

#[tokio::test]
async fn tokens_and_secrets_are_masked_in_the_log() {
    let simulator = simulator();
    let token = access_token(&simulator, APP).await;
    errcode(&simulator, &token).await;
    let log = get(&simulator, "/sim/calls").await;
    assert!(!log.body.contains(&token) && !log.body.contains(SECRET), "{}", log.body);
    let calls = log.json();
    let expected: Value = json!({ "grant_type": "client_credential", "appid": APP, "secret": "0123…" });
    assert_eq!(calls["calls"][0]["body"], expected);
    assert_eq!(calls["calls"][1]["query"]["access_token"], "97_".to_owned() + &token[3..4] + "…");
}
