use std::time::Duration;

use domain::open_data::OpenDataFault;
use http::StatusCode;
use serde_json::json;
use support::UserInfo;

use crate::fixture::{Fixture, signed, signed_of, unsigned_of, user_info};

#[tokio::test]
async fn registration_returns_a_user_and_a_new_token() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let reply = fixture.post("/v1/register", &token, signed("alice")).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    assert_eq!(reply.body["user"]["nickname"], "阿明 🌱");
    assert_eq!(reply.body["user"]["gender"], 0);
    assert_eq!(reply.body["user"]["created_at"], "2026-01-01T00:00:00.000Z");
    assert_eq!(reply.body["token_type"], "Bearer");
    let renewed = reply.text("/token");
    assert_ne!(renewed, token);
    fixture.get("/v1/session", &token).await.assert_problem("session_revoked");
    assert_eq!(fixture.get("/v1/session", &renewed).await.status, StatusCode::OK);
}

#[tokio::test]
async fn registration_is_repeated_with_either_token() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let first = fixture.post("/v1/register", &token, signed("alice")).await;
    let again = fixture.post("/v1/register", &token, signed("alice")).await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(again.body["user"], first.body["user"]);
    assert_eq!(again.body["token"], first.body["token"]);
    let renewed = first.text("/token");
    let known = fixture.post("/v1/register", &renewed, signed("alice")).await;
    assert_eq!(known.status, StatusCode::OK);
    assert_eq!(known.body["user"], first.body["user"]);
}

#[tokio::test]
async fn an_unknown_key_does_not_end_the_session() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let foreign = fixture.post("/v1/register", &token, signed("bob")).await;
    foreign.assert_problem("signature_mismatch");
    let right = fixture.post("/v1/register", &token, signed("alice")).await;
    assert_eq!(right.status, StatusCode::CREATED);
}

#[tokio::test]
async fn stale_data_is_refused() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    fixture.clock.advance(Duration::from_mins(6));
    fixture.post("/v1/register", &token, signed("alice")).await.assert_problem("stale_data");
}

#[tokio::test]
async fn data_of_another_app_is_undecryptable() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let data = UserInfo { app_id: "wx0000000000000000", ..user_info("阿明") };
    fixture.post("/v1/register", &token, signed_of("alice", &data)).await.assert_problem("undecryptable");
}

#[tokio::test]
async fn all_faults_of_decryption_look_alike() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let mut seen = Vec::new();
    for fault in OpenDataFault::ALL {
        let mut body = unsigned_of("alice", &format!("fault:{}", fault.as_str()));
        body["raw_data"] = signed("alice")["raw_data"].clone();
        body["signature"] = signed("alice")["signature"].clone();
        let reply = fixture.post("/v1/register", &token, body).await;
        reply.assert_problem("undecryptable");
        let text = String::from_utf8(reply.bytes.clone()).unwrap();
        seen.push(text.replace(&reply.text("/request_id"), "…"));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:#?}");
}

#[tokio::test]
async fn a_token_is_checked_before_the_data() {
    let fixture = Fixture::new();
    let unknown = format!("ys_{}", "x".repeat(43));
    fixture.post("/v1/register", &unknown, signed("alice")).await.assert_problem("invalid_token");
    fixture.post("/v1/register", "nonsense", json!({})).await.assert_problem("invalid_token");
}
