use std::time::Duration;

use domain::{
    session_key_check::KeyState,
    wechat::{CallError, Refusal, Trouble},
};
use http::{Method, StatusCode};
use serde_json::json;

use crate::fixture::{APP_ID, Fixture, Settings};

#[tokio::test]
async fn a_session_has_its_state_and_its_user() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let unregistered = fixture.get("/v1/session", &token).await;
    assert_eq!(unregistered.body["state"], "unregistered");
    assert_eq!(unregistered.body["session"]["app_id"], APP_ID);
    assert!(unregistered.body.get("user").is_none());
    let token = fixture.register("alice").await;
    let registered = fixture.get("/v1/session", &token).await;
    let user = fixture.get("/v1/me", &token).await.text("/id");
    assert_eq!(registered.body["state"], "registered");
    assert_eq!(registered.body["user"], json!({ "id": user }));
    assert_eq!(registered.body["session"]["expires_at"], "2026-01-02T00:00:00.000Z");
}

#[tokio::test]
async fn an_expired_session_is_refused() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    fixture.clock.advance(Duration::from_hours(25));
    fixture.get("/v1/session", &token).await.assert_problem("session_expired");
}

#[tokio::test]
async fn logging_out_ends_this_session_only() {
    let fixture = Fixture::new();
    let (here, there) = (fixture.register("alice").await, fixture.log_in("alice").await);
    let reply = fixture.send(Method::DELETE, "/v1/session", Some(&here), None).await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    assert!(reply.bytes.is_empty());
    fixture.get("/v1/session", &here).await.assert_problem("session_revoked");
    assert_eq!(fixture.get("/v1/session", &there).await.status, StatusCode::OK);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_elsewhere() {
    let fixture = Fixture::new();
    let (here, there) = (fixture.register("alice").await, fixture.log_in("alice").await);
    let list = fixture.get("/v1/sessions", &here).await;
    let sessions = list.body["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let other = sessions.iter().find(|session| session["current"] == false).unwrap();
    assert_eq!(other["ip"], "203.0.113.7");
    assert_eq!(other["user_agent"], "MicroMessenger/8.0.50");
    assert_eq!(other["state"], "registered");
    assert_eq!(other["app_id"], APP_ID);
    let path = format!("/v1/sessions/{}", other["id"].as_str().unwrap());
    let reply = fixture.send(Method::DELETE, &path, Some(&here), None).await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    fixture.get("/v1/session", &there).await.assert_problem("session_revoked");
    fixture.send(Method::DELETE, &path, Some(&here), None).await.assert_problem("no_such_session");
}

#[tokio::test]
async fn a_session_of_another_user_cannot_be_ended() {
    let fixture = Fixture::new();
    let (alice, bob) = (fixture.register("alice").await, fixture.register("bob").await);
    let id = fixture.get("/v1/session", &bob).await.text("/session/id");
    let path = format!("/v1/sessions/{id}");
    fixture.send(Method::DELETE, &path, Some(&alice), None).await.assert_problem("no_such_session");
    assert_eq!(fixture.get("/v1/session", &bob).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_invalid_session_id_is_named() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let reply = fixture.send(Method::DELETE, "/v1/sessions/7", Some(&token), None).await;
    reply.assert_problem("invalid_field");
    assert_eq!(reply.body["field"], "id");
}

#[tokio::test]
async fn logging_out_everywhere_ends_all() {
    let fixture = Fixture::new();
    let tokens =
        [fixture.register("alice").await, fixture.log_in("alice").await, fixture.log_in("alice").await];
    let reply = fixture.send(Method::DELETE, "/v1/sessions", Some(&tokens[1]), None).await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    for token in &tokens {
        fixture.get("/v1/session", token).await.assert_problem("session_revoked");
    }
}

#[tokio::test]
async fn logging_out_everywhere_ends_unregistered_sessions_and_their_logins() {
    let fixture = Fixture::new();
    let login = || fixture.login_with_key("alice", "attempt-1");
    let unregistered = login().await.text("/token");
    let registered = fixture.register("alice").await;
    let reply = fixture.send(Method::DELETE, "/v1/sessions", Some(&registered), None).await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    for instance in [&fixture, &fixture.another_instance()] {
        for token in [&unregistered, &registered] {
            instance.get("/v1/session", token).await.assert_problem("session_revoked");
        }
    }
    login().await.assert_problem("code_used");
    assert_eq!(fixture.login("alice").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_login_beyond_the_limit_ends_the_least_recently_used_session() {
    let fixture = Fixture::with(Settings { max_sessions: 2, ..Settings::default() });
    let first = fixture.register("alice").await;
    fixture.clock.advance(Duration::from_mins(2));
    let second = fixture.log_in("alice").await;
    fixture.clock.advance(Duration::from_mins(2));
    fixture.cache_session(&first).await;
    fixture.flush_touches().await;
    let third = fixture.log_in("alice").await;
    fixture.get("/v1/session", &second).await.assert_problem("session_revoked");
    for token in [&first, &third] {
        assert_eq!(fixture.get("/v1/session", token).await.status, StatusCode::OK);
    }
    assert_eq!(fixture.get("/v1/sessions", &first).await.body["sessions"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_session_key_is_checked_at_wechat() {
    let fixture = Fixture::new();
    let registered = fixture.register("alice").await;
    for token in [fixture.log_in("bob").await, registered] {
        for (state, expected) in [(KeyState::Live, "live"), (KeyState::Stale, "stale")] {
            fixture.key_check.answer(Ok(state));
            let reply = fixture.send(Method::POST, "/v1/session/check", Some(&token), None).await;
            assert_eq!(reply.status, StatusCode::OK);
            assert_eq!(reply.body, json!({ "session_key": expected }));
        }
    }
}

#[tokio::test]
async fn a_check_that_wechat_does_not_answer_can_be_repeated() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let refused = CallError::Refused { refusal: Refusal::NotPermitted, errcode: 48001 };
    let table = [
        (CallError::Unavailable(Trouble::Busy), "wechat_unavailable"),
        (refused, "wechat_refused_permission"),
    ];
    for (error, code) in table {
        fixture.key_check.answer(Err(error));
        let reply = fixture.send(Method::POST, "/v1/session/check", Some(&token), None).await;
        reply.assert_problem(code);
    }
}
