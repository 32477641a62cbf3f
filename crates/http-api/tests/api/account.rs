//! Requests of users who were blocked or erased.

use std::time::Duration;

use domain::account::FRESH_LOGIN;
use http::StatusCode;

use crate::{
    fixture::{Fixture, signed},
    operations::operations_with_token,
};

/// Asserts that every route with a token refuses this one with `user_blocked`.
async fn assert_blocked_everywhere(instance: &Fixture, token: &str) {
    assert_refused_everywhere(instance, token, "user_blocked").await;
}

async fn assert_refused_everywhere(instance: &Fixture, token: &str, code: &str) {
    for operation in operations_with_token() {
        let target = operation.target();
        let body = operation.body.map(|body| body.examples[0].clone());
        instance.send(operation.method, &target, Some(token), body).await.assert_problem(code);
    }
}

#[tokio::test]
async fn every_route_with_a_token_refuses_a_blocked_user() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    fixture.cache_session(&token).await;
    fixture.block_user(fixture.user_id(&token).await).await;
    assert_blocked_everywhere(&fixture, &token).await;
    assert_blocked_everywhere(&fixture.another_instance(), &token).await;
}

#[tokio::test]
async fn an_instance_with_a_cached_session_refuses_its_blocked_user_within_a_second() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let other = fixture.another_instance();
    other.cache_session(&token).await;
    fixture.block_user(fixture.user_id(&token).await).await;
    fixture.clock.advance(Duration::from_secs(1));
    assert_blocked_everywhere(&other, &token).await;
}

#[tokio::test]
async fn every_route_with_a_token_refuses_an_erased_user() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    fixture.cache_session(&token).await;
    fixture.erase_user(fixture.user_id(&token).await).await;
    assert_refused_everywhere(&fixture, &token, "invalid_token").await;
    assert_refused_everywhere(&fixture.another_instance(), &token, "invalid_token").await;
}

#[tokio::test]
async fn a_user_erases_their_data_after_a_fresh_login() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let id = fixture.user_id(&token).await;
    fixture.clock.advance(FRESH_LOGIN + Duration::from_millis(1));
    fixture.delete("/v1/me", &token).await.assert_problem("login_too_old");
    let token = fixture.login("alice").await.text("/token");
    let erased = fixture.delete("/v1/me", &token).await;
    assert_eq!(erased.status, StatusCode::OK);
    assert_eq!(erased.text("/user_id"), id.to_string());
    assert_refused_everywhere(&fixture, &token, "invalid_token").await;
    // Whoever comes back is somebody new.
    assert_eq!(fixture.login("alice").await.text("/state"), "unregistered");
}

#[tokio::test]
async fn a_stranger_has_nothing_to_erase_or_export() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    fixture.delete("/v1/me", &token).await.assert_problem("not_registered");
    fixture.get("/v1/me/export", &token).await.assert_problem("not_registered");
}

#[tokio::test]
async fn an_export_has_all_that_is_on_record_and_no_secret() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let id = fixture.user_id(&token).await;
    let exported = fixture.get("/v1/me/export", &token).await;
    assert_eq!(exported.status, StatusCode::OK);
    assert_eq!(exported.header("content-disposition"), "attachment; filename=\"yaoshi-export.json\"");
    assert_eq!(exported.text("/user/id"), id.to_string());
    assert_eq!(exported.text("/status"), "active");
    let kinds: Vec<_> = (0..2).map(|index| exported.text(&format!("/events/{index}/kind"))).collect();
    assert_eq!(kinds, ["logged_in", "registered"]);
    assert_eq!(exported.text("/identities/0/openid"), exported.text("/events/0/openid"));
    assert_eq!(exported.text("/sessions/0/app_id"), exported.text("/identities/0/app_id"));
    assert!(!exported.body.to_string().contains(&token));
}

#[tokio::test]
async fn a_blocked_user_cannot_log_in_or_repeat_a_registration() {
    let fixture = Fixture::new();
    let unregistered = fixture.log_in("alice").await;
    let token = fixture.post("/v1/register", &unregistered, signed("alice")).await.text("/token");
    fixture.block_user(fixture.user_id(&token).await).await;
    fixture.login("alice").await.assert_problem("user_blocked");
    fixture.post("/v1/register", &unregistered, signed("alice")).await.assert_problem("user_blocked");
}

#[tokio::test]
async fn a_block_leaves_other_users_alone() {
    let fixture = Fixture::new();
    let (alice, bob) = (fixture.register("alice").await, fixture.register("bob").await);
    fixture.block_user(fixture.user_id(&alice).await).await;
    assert_eq!(fixture.get("/v1/session", &bob).await.status, StatusCode::OK);
}
