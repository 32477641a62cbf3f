use std::time::Duration;

use domain::{
    login::ExchangeError,
    wechat::{CallError, Refusal, Trouble},
};
use http::{Method, StatusCode};
use serde_json::json;

use crate::fixture::Fixture;

#[tokio::test]
async fn an_unregistered_user_gets_an_unregistered_session() {
    let fixture = Fixture::new();
    let reply = fixture.login("alice").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.body["state"], "unregistered");
    assert_eq!(reply.body["token_type"], "Bearer");
    assert_eq!(reply.body["expires_at"], "2026-01-02T00:00:00.000Z");
    assert!(reply.text("/token").starts_with("ys_"));
    assert!(!reply.text("/session/id").is_empty());
    assert!(reply.body.get("user").is_none(), "{}", reply.body);
}

#[tokio::test]
async fn a_registered_user_is_logged_in() {
    let fixture = Fixture::new();
    fixture.register("alice").await;
    let reply = fixture.login("alice").await;
    assert_eq!(reply.body["state"], "registered");
    assert_eq!(reply.body["user"]["nickname"], "阿明 🌱");
}

#[tokio::test]
async fn a_login_is_repeated_under_its_idempotency_key() {
    let fixture = Fixture::new();
    let first = fixture.login_with_key("alice", "attempt-1").await;
    let second = fixture.login_with_key("alice", "attempt-1").await;
    assert_eq!((first.status, second.status), (StatusCode::OK, StatusCode::OK));
    assert_ne!(first.text("/token"), second.text("/token"));
    fixture.login_with_key("alice", "attempt-2").await.assert_problem("code_used");
}

#[tokio::test]
async fn an_invalid_idempotency_key_is_named() {
    let fixture = Fixture::new();
    for key in ["short", &"k".repeat(129), "with a space"] {
        let reply = fixture.login_with_key("alice", key).await;
        reply.assert_problem("invalid_field");
        assert_eq!(reply.body["field"], "Idempotency-Key");
    }
}

#[tokio::test]
async fn an_unknown_app_is_named() {
    let fixture = Fixture::new();
    let body = json!({ "app_id": "wx0000000000000000", "code": "alice" });
    let reply = fixture.send(Method::POST, "/v1/login", None, Some(body)).await;
    reply.assert_problem("unknown_app");
    assert_eq!(reply.body["field"], "app_id");
}

#[tokio::test]
async fn every_failure_of_the_exchange_has_its_code() {
    let refused = |refusal| CallError::Refused { refusal, errcode: 40013 }.into();
    let limited = CallError::RateLimited { retry_after: Duration::from_mins(1) };
    let mut failures = vec![
        (ExchangeError::InvalidCode, "invalid_code"),
        (ExchangeError::CodeUsed, "code_used"),
        (ExchangeError::AnswerLost, "code_exchange_lost"),
        (ExchangeError::UserBlocked, "wechat_user_blocked"),
        (limited.into(), "wechat_rate_limited"),
        (refused(Refusal::Misconfigured), "wechat_refused_misconfigured"),
        (refused(Refusal::AddressNotAllowed), "wechat_refused_address"),
        (refused(Refusal::Frozen), "wechat_refused_frozen"),
        (refused(Refusal::AwaitsConfirmation), "wechat_refused_confirmation"),
        (refused(Refusal::NotPermitted), "wechat_refused_permission"),
        (refused(Refusal::QuotaUsedUp), "wechat_refused_quota"),
        (refused(Refusal::Unlisted), "wechat_refused_unlisted"),
    ];
    for trouble in [
        Trouble::Busy,
        Trouble::Unreachable,
        Trouble::TimedOut,
        Trouble::HttpStatus,
        Trouble::Malformed,
        Trouble::Shed,
    ] {
        failures.push((CallError::Unavailable(trouble).into(), "wechat_unavailable"));
    }
    for (error, code) in failures {
        let fixture = Fixture::with_exchange_error(error);
        fixture.login("alice").await.assert_problem(code);
    }
}

#[tokio::test]
async fn a_limit_of_wechat_says_when_it_is_over() {
    let limited = CallError::RateLimited { retry_after: Duration::from_millis(6_500) };
    let reply = Fixture::with_exchange_error(limited.into()).login("alice").await;
    assert_eq!(reply.body["code"], "wechat_rate_limited");
    assert_eq!(reply.header("retry-after"), "7");
}

#[tokio::test]
async fn a_broken_store_is_unavailable() {
    let fixture = Fixture::new();
    fixture.store.start_failing();
    fixture.login("alice").await.assert_problem("store_unavailable");
}
