//! Requests of users who were blocked or erased.

use std::time::Duration;

use http::StatusCode;

use crate::{
    fixture::{Fixture, signed},
    operations::operations_with_token,
};

/// Asserts that every route with a token refuses this one with `user_blocked`.
async fn assert_blocked_everywhere(instance: &Fixture, token: &str) {
    for operation in operations_with_token() {
        let target = operation.target();
        let body = operation.body.map(|body| body.examples[0].clone());
        instance.send(operation.method, &target, Some(token), body).await.assert_problem("user_blocked");
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
    assert_blocked_everywhere(&fixture, &token).await;
    assert_blocked_everywhere(&fixture.another_instance(), &token).await;
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
