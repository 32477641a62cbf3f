use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::fixture::{Fixture, Reply, SERVICE, SERVICE_SECRET};

async fn ask(fixture: &Fixture, credentials: &str, body: Value) -> Reply {
    fixture.send(Method::POST, "/service/v1/encrypt-keys", Some(credentials), Some(body)).await
}

async fn session_id(fixture: &Fixture, token: &str) -> String {
    fixture.get("/v1/session", token).await.text("/session/id")
}

#[tokio::test]
async fn a_service_gets_the_keys_of_a_session() {
    let fixture = Fixture::new();
    let registered = fixture.register("alice").await;
    for (openid, token) in [("alice", registered), ("bob", fixture.log_in("bob").await)] {
        let id = session_id(&fixture, &token).await;
        for body in [json!({ "token": token }), json!({ "session_id": id })] {
            let reply = ask(&fixture, SERVICE, body).await;
            assert_eq!(reply.status, StatusCode::OK);
            let expected = json!({ "keys": [{
                "encrypt_key": format!("key-of-{openid}"),
                "iv": "6003f73ec441c386",
                "version": 3,
                "created_at": "2026-01-01T00:00:00.000Z",
                "expires_at": "2026-01-01T00:00:00.000Z",
            }] });
            assert_eq!(reply.body, expected);
        }
    }
}

#[tokio::test]
async fn a_session_is_named_in_one_way() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let id = session_id(&fixture, &token).await;
    ask(&fixture, SERVICE, json!({})).await.assert_problem("missing_field");
    let both = ask(&fixture, SERVICE, json!({ "token": token, "session_id": id })).await;
    both.assert_problem("invalid_field");
    assert_eq!(both.body["field"], "session_id");
    ask(&fixture, SERVICE, json!({ "session_id": "none" })).await.assert_problem("invalid_field");
}

#[tokio::test]
async fn a_session_that_opens_nothing_gets_no_keys() {
    let fixture = Fixture::new();
    let unknown = format!("ys_{}", "x".repeat(43));
    ask(&fixture, SERVICE, json!({ "token": unknown })).await.assert_problem("session_ended");
    let nobodys = json!({ "session_id": "0193b1f0-0000-7000-8000-000000000000" });
    ask(&fixture, SERVICE, nobodys).await.assert_problem("no_such_session");
    let ended = fixture.log_in("alice").await;
    let id = session_id(&fixture, &ended).await;
    fixture.send(Method::DELETE, "/v1/session", Some(&ended), None).await;
    ask(&fixture, SERVICE, json!({ "token": ended })).await.assert_problem("session_ended");
    ask(&fixture, SERVICE, json!({ "session_id": id })).await.assert_problem("session_ended");
    let expired = fixture.log_in("bob").await;
    fixture.clock.advance(Duration::from_hours(24));
    ask(&fixture, SERVICE, json!({ "token": expired })).await.assert_problem("session_ended");
    let stale = fixture.log_in("stale").await;
    ask(&fixture, SERVICE, json!({ "token": stale })).await.assert_problem("session_key_stale");
}

#[tokio::test]
async fn a_service_without_the_scope_or_the_app_gets_no_keys() {
    let fixture = Fixture::new();
    let body = json!({ "token": fixture.log_in("alice").await });
    let basic = |id: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{SERVICE_SECRET}")));
    ask(&fixture, &basic("mail"), body.clone()).await.assert_problem("missing_scope");
    ask(&fixture, &basic("other"), body).await.assert_problem("service_app_refused");
}
