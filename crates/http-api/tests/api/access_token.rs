use base64::{Engine, engine::general_purpose::STANDARD};
use domain::wechat::{CallError, Trouble};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::fixture::{APP_ID, Fixture, Reply, SERVICE, SERVICE_SECRET};

async fn ask(fixture: &Fixture, credentials: &str, body: Value) -> Reply {
    fixture.send(Method::POST, "/service/v1/access-token", Some(credentials), Some(body)).await
}

#[tokio::test]
async fn a_service_gets_the_token_of_an_app() {
    let fixture = Fixture::new();
    for _ in 0..2 {
        let reply = ask(&fixture, SERVICE, json!({ "app_id": APP_ID })).await;
        assert_eq!(reply.status, StatusCode::OK);
        let expected = json!({ "access_token": "token-1", "expires_at": "2026-01-01T02:00:00.000Z" });
        assert_eq!(reply.body, expected);
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn only_a_current_token_is_replaced() {
    let fixture = Fixture::new();
    for (rejected, expected) in [("token-1", "token-2"), ("token-1", "token-2"), ("token-2", "token-3")] {
        let reply = ask(&fixture, SERVICE, json!({ "app_id": APP_ID, "rejected": rejected })).await;
        assert_eq!(reply.body["access_token"], expected);
    }
}

#[tokio::test]
async fn a_service_without_the_scope_or_the_app_is_refused() {
    let fixture = Fixture::new();
    let basic = |id: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{SERVICE_SECRET}")));
    let body = json!({ "app_id": APP_ID });
    ask(&fixture, &basic("mail"), body.clone()).await.assert_problem("missing_scope");
    ask(&fixture, &basic("other"), body).await.assert_problem("service_app_refused");
    ask(&fixture, SERVICE, json!({ "app_id": "wxnone" })).await.assert_problem("unknown_app");
}

#[tokio::test]
async fn a_failure_of_wechat_is_told() {
    let fixture = Fixture::new();
    fixture.access_tokens.fail(CallError::Unavailable(Trouble::TimedOut));
    ask(&fixture, SERVICE, json!({ "app_id": APP_ID })).await.assert_problem("wechat_unavailable");
}

#[tokio::test]
async fn another_token_can_be_had_after_half_a_minute() {
    let fixture = Fixture::new();
    fixture.access_tokens.fail(CallError::Unavailable(Trouble::TokenRejected));
    let reply = ask(&fixture, SERVICE, json!({ "app_id": APP_ID })).await;
    assert_eq!(reply.body["code"], "wechat_unavailable");
    assert_eq!(reply.header("retry-after"), "30");
}
