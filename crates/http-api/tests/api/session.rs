use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::json;

use crate::world::{APP_ID, World};

#[tokio::test]
async fn a_session_has_its_state_and_its_user() {
    let world = World::new();
    let token = world.log_in("alice").await;
    let unregistered = world.get("/v1/session", &token).await;
    assert_eq!(unregistered.body["state"], "unregistered");
    assert_eq!(unregistered.body["session"]["app_id"], APP_ID);
    assert!(unregistered.body.get("user").is_none());
    let token = world.register("alice").await;
    let registered = world.get("/v1/session", &token).await;
    let user = world.get("/v1/me", &token).await.text("/id");
    assert_eq!(registered.body["state"], "registered");
    assert_eq!(registered.body["user"], json!({ "id": user }));
    assert_eq!(registered.body["session"]["expires_at"], "2026-01-02T00:00:00.000Z");
}

#[tokio::test]
async fn an_expired_session_is_refused() {
    let world = World::new();
    let token = world.register("alice").await;
    world.clock.advance(Duration::from_hours(25));
    world.get("/v1/session", &token).await.assert_problem("session_expired");
}

#[tokio::test]
async fn logging_out_ends_this_session_only() {
    let world = World::new();
    let (here, there) = (world.register("alice").await, world.log_in("alice").await);
    let reply = world.send(Method::DELETE, "/v1/session", Some(&here), None).await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    assert!(reply.bytes.is_empty());
    world.get("/v1/session", &here).await.assert_problem("session_revoked");
    assert_eq!(world.get("/v1/session", &there).await.status, StatusCode::OK);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_elsewhere() {
    let world = World::new();
    let (here, there) = (world.register("alice").await, world.log_in("alice").await);
    let list = world.get("/v1/sessions", &here).await;
    let sessions = list.body["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let other = sessions.iter().find(|session| session["current"] == false).unwrap();
    assert_eq!(other["ip"], "203.0.113.7");
    assert_eq!(other["user_agent"], "MicroMessenger/8.0.50");
    assert_eq!(other["state"], "registered");
    assert_eq!(other["app_id"], APP_ID);
    let path = format!("/v1/sessions/{}", other["id"].as_str().unwrap());
    let reply = world.send(Method::DELETE, &path, Some(&here), None).await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    world.get("/v1/session", &there).await.assert_problem("session_revoked");
    world.send(Method::DELETE, &path, Some(&here), None).await.assert_problem("no_such_session");
}

#[tokio::test]
async fn a_session_of_another_user_cannot_be_ended() {
    let world = World::new();
    let (alice, bob) = (world.register("alice").await, world.register("bob").await);
    let id = world.get("/v1/session", &bob).await.text("/session/id");
    let path = format!("/v1/sessions/{id}");
    world.send(Method::DELETE, &path, Some(&alice), None).await.assert_problem("no_such_session");
    assert_eq!(world.get("/v1/session", &bob).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_invalid_session_id_is_named() {
    let world = World::new();
    let token = world.register("alice").await;
    let reply = world.send(Method::DELETE, "/v1/sessions/7", Some(&token), None).await;
    reply.assert_problem("invalid_field");
    assert_eq!(reply.body["field"], "id");
}

#[tokio::test]
async fn logging_out_everywhere_ends_all() {
    let world = World::new();
    let tokens = [world.register("alice").await, world.log_in("alice").await, world.log_in("alice").await];
    let reply = world.send(Method::DELETE, "/v1/sessions", Some(&tokens[1]), None).await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    for token in &tokens {
        world.get("/v1/session", token).await.assert_problem("session_revoked");
    }
}
