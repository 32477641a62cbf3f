use axum::body::Body;
use domain::{
    login::ExchangeError,
    wechat::{CallError, Trouble},
};
use http::{Method, Request, StatusCode};
use http_api::HttpPolicy;
use serde_json::{Value, json};

use crate::fixture::{APP_ID, Fixture, Reply, signed, unsigned_of, user_info};

async fn post(fixture: &Fixture, path: &str, body: Value) -> Reply {
    fixture.send(Method::POST, path, None, Some(body)).await
}

/// The fields of [`signed`] under WeChat's names, with a token.
fn info(token: &str, data: &Value) -> Value {
    let mut body = json!({ "token": token, "encryptedData": data["encrypted_data"], "iv": data["iv"] });
    if let Some(signature) = data.get("signature") {
        body["signature"] = signature.clone();
        body["rawData"] = data["raw_data"].clone();
    }
    body
}

fn assert_failed(reply: &Reply, number: u8, msg: &str, problem: &str, recover: &str) {
    assert_eq!(reply.status, StatusCode::OK);
    let detail = reply.text("/detail");
    let expected = json!({
        "status": number, "code": number, "msg": msg, "data": null, "problem": problem, "recover": recover,
        "detail": detail,
    });
    assert_eq!(reply.body, expected);
}

#[tokio::test]
async fn login_responds_in_the_form_of_the_tutorial() {
    let fixture = Fixture::new();
    let reply = post(&fixture, "/login/", json!({ "code": "alice" })).await;
    assert_eq!(reply.status, StatusCode::OK);
    let token = reply.text("/data/token");
    assert_eq!(reply.body, json!({ "status": 0, "msg": "ok", "data": { "token": token } }));
    assert_eq!(fixture.get("/v1/session", &token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn getinfo_registers_and_keeps_the_token() {
    let fixture = Fixture::new();
    let token = post(&fixture, "/login/", json!({ "code": "alice" })).await.text("/data/token");
    let reply = post(&fixture, "/getinfo/", info(&token, &signed("alice"))).await;
    let user = json!({
        "name": "阿明 🌱", "avatar": "", "language": "", "province": "", "city": "", "country": "",
    });
    assert_eq!(reply.body, json!({ "status": 0, "msg": "ok", "data": user }));
    assert_eq!(fixture.get("/v1/session", &token).await.body["state"], "registered");
}

#[tokio::test]
async fn getinfo_registers_only_sessions_of_the_tutorials_login() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let reply = post(&fixture, "/getinfo/", info(&token, &signed("alice"))).await;
    assert_failed(&reply, 7, &reply.text("/msg"), "registration_not_allowed", "fix_request");
    assert_eq!(fixture.get("/v1/session", &token).await.body["state"], "unregistered");
}

#[tokio::test]
async fn getinfo_takes_no_data_of_another_kind() {
    let fixture = Fixture::new();
    let steps = json!({ "stepInfoList": [], "watermark": { "appid": APP_ID, "timestamp": 1_767_225_600 } });
    let steps = unsigned_of("alice", &steps.to_string());
    let stranger = post(&fixture, "/login/", json!({ "code": "alice" })).await.text("/data/token");
    for token in [stranger, fixture.register("alice").await] {
        let reply = post(&fixture, "/getinfo/", info(&token, &steps)).await;
        assert_failed(&reply, 7, &reply.text("/msg"), "not_user_info", "fix_request");
    }
}

#[tokio::test]
async fn the_routes_of_the_tutorial_can_be_turned_off() {
    let policy = HttpPolicy { tutorial_routes: false, ..HttpPolicy::default() };
    let fixture = Fixture::with_policy(policy);
    for path in ["/login/", "/getinfo/"] {
        post(&fixture, path, json!({ "code": "alice" })).await.assert_problem("not_found");
    }
    fixture.login("alice").await;
    let document = fixture.send(Method::GET, "/openapi.json", None, None).await.body;
    assert!(document["paths"].get("/login/").is_none());
    let tags: Vec<_> = document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str()).collect();
    assert!(tags.contains(&Some("login")) && !tags.contains(&Some("tutorial")), "{tags:?}");
}

#[tokio::test]
async fn getinfo_refreshes_the_profile_of_a_registered_session() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    // The spelling of the tutorial, and no signature, as its client sends it.
    let data = unsigned_of("alice", &user_info("新名字").plaintext());
    let body = json!({ "token": token, "encrypedData": data["encrypted_data"], "iv": data["iv"] });
    let reply = post(&fixture, "/getinfo/", body).await;
    assert_eq!(reply.body["status"], 0, "{}", reply.body);
    assert_eq!(reply.body["data"]["name"], "新名字");
    let snake = json!({ "token": token, "encrypted_data": data["encrypted_data"], "iv": data["iv"] });
    assert_eq!(post(&fixture, "/getinfo/", snake).await.body["status"], 0);
}

#[tokio::test]
async fn the_token_may_be_in_the_header() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let mut body = info("", &signed("alice"));
    body.as_object_mut().unwrap().remove("token");
    let reply = fixture.post("/getinfo/", &token, body).await;
    assert_eq!(reply.body["status"], 0, "{}", reply.body);
}

#[tokio::test]
async fn forms_are_accepted_as_django_accepts_them() {
    let fixture = Fixture::new();
    let form = |path: &str, body: &'static str| {
        Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            .body(Body::from(body))
            .unwrap()
    };
    let reply = fixture.send_request(form("/login/", "code=alice")).await;
    assert_eq!(reply.body["status"], 0, "{}", reply.body);
    let reply = fixture.send_request(form("/login/", "code=")).await;
    assert_failed(&reply, 1, "missing parameter", "missing_field", "fix_request");
    let reply = fixture.send_request(form("/login/", "code=alice&code=bob")).await;
    assert_eq!(reply.body["status"], 7, "{}", reply.body);
}

#[tokio::test]
async fn a_missing_parameter_is_number_1() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    for (path, body) in [
        ("/login/", json!({})),
        ("/login/", json!({ "code": "" })),
        ("/login/", json!({ "code": null })),
        ("/getinfo/", json!({ "token": token, "iv": "AAAAAAAAAAAAAAAAAAAAAA==" })),
    ] {
        let reply = post(&fixture, path, body).await;
        assert_failed(&reply, 1, "missing parameter", "missing_field", "fix_request");
    }
    let mut without_token = info("", &signed("alice"));
    without_token["token"] = json!("");
    let reply = post(&fixture, "/getinfo/", without_token).await;
    assert_failed(&reply, 1, "missing parameter", "missing_token", "login_again");
}

#[tokio::test]
async fn a_client_that_sends_no_signature_registers_too() {
    let fixture = Fixture::new();
    let token = post(&fixture, "/login/", json!({ "code": "alice" })).await.text("/data/token");
    let unsigned = unsigned_of("alice", &user_info("阿明").plaintext());
    let reply = post(&fixture, "/getinfo/", info(&token, &unsigned)).await;
    assert_eq!((&reply.body["status"], &reply.body["data"]["name"]), (&json!(0), &json!("阿明")));
    assert_eq!(fixture.get("/v1/session", &token).await.body["state"], "registered");
}

#[tokio::test]
async fn an_invalid_token_is_number_2() {
    let fixture = Fixture::new();
    let never_issued = format!("ys_{}", "x".repeat(43));
    for token in ["nonsense", never_issued.as_str()] {
        let reply = post(&fixture, "/getinfo/", info(token, &signed("alice"))).await;
        assert_failed(&reply, 2, "invalid token", "invalid_token", "login_again");
    }
    let ended = fixture.register("alice").await;
    fixture.send(Method::DELETE, "/v1/session", Some(&ended), None).await;
    let reply = post(&fixture, "/getinfo/", info(&ended, &signed("alice"))).await;
    assert_failed(&reply, 2, "invalid token", "session_revoked", "login_again");
}

#[tokio::test]
async fn other_failures_are_numbered_by_recovery() {
    let failures = [
        (ExchangeError::CodeUsed, 3, "code_used", "login_again"),
        (CallError::Unavailable(Trouble::Busy).into(), 6, "wechat_unavailable", "retry"),
        (ExchangeError::UserBlocked, 8, "wechat_user_blocked", "operator"),
    ];
    for (error, number, problem, recover) in failures {
        let fixture = Fixture::with_exchange_error(error);
        let reply = post(&fixture, "/login/", json!({ "code": "alice" })).await;
        let title = http_api::TABLE.iter().find(|kind| kind.code == problem).unwrap().title;
        assert_failed(&reply, number, title, problem, recover);
    }
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let reply = post(&fixture, "/getinfo/", info(&token, &signed("bob"))).await;
    assert_eq!((&reply.body["status"], &reply.body["recover"]), (&json!(4), &json!("collect_again")));
}

#[tokio::test]
async fn a_blocked_user_is_number_8() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    fixture.block_user(fixture.user_id(&token).await).await;
    for (path, body) in
        [("/login/", json!({ "code": "alice" })), ("/getinfo/", info(&token, &signed("alice")))]
    {
        let reply = post(&fixture, path, body).await;
        let title = http_api::ProblemCode::UserBlocked.kind().title;
        assert_failed(&reply, 8, title, "user_blocked", "operator");
    }
}

#[tokio::test]
async fn the_tutorials_routes_end_in_a_slash() {
    let fixture = Fixture::new();
    post(&fixture, "/login", json!({ "code": "alice" })).await.assert_problem("not_found");
    post(&fixture, "/getinfo", json!({})).await.assert_problem("not_found");
}
