use std::{collections::BTreeSet, time::Duration};

use http::{Method, StatusCode};
use http_api::HttpPolicy;
use serde_json::json;
use tokio::sync::Semaphore;

use crate::{
    operations::operations,
    world::{ObedientWechat, World, request},
};

/// A WeChat that does not respond until the gate is opened.
fn shut() -> ObedientWechat {
    ObedientWechat { gate: Semaphore::new(0), ..ObedientWechat::default() }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_too_long_times_out() {
    let policy = HttpPolicy { request_timeout: Duration::from_secs(3), ..HttpPolicy::default() };
    let world = World::with(policy, shut());
    let begun_at = tokio::time::Instant::now();
    world.login("alice").await.assert_problem("request_timeout");
    let took = begun_at.elapsed();
    assert!(took >= Duration::from_secs(3) && took < Duration::from_secs(4), "{took:?}");
}

#[tokio::test]
async fn requests_beyond_the_limit_are_refused_until_others_end() {
    let policy = HttpPolicy { max_in_flight: 1, ..HttpPolicy::default() };
    let world = World::with(policy, shut());
    let mut waiting = std::pin::pin!(world.login("alice"));
    assert!(futures::poll!(waiting.as_mut()).is_pending());
    world.login("bob").await.assert_problem("overloaded");
    world.wechat.gate.add_permits(1);
    assert_eq!(waiting.await.status, StatusCode::OK);
    assert_eq!(world.login("bob").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_request_that_is_dropped_no_longer_counts() {
    let policy = HttpPolicy { max_in_flight: 1, ..HttpPolicy::default() };
    let world = World::with(policy, shut());
    {
        let mut waiting = std::pin::pin!(world.login("alice"));
        assert!(futures::poll!(waiting.as_mut()).is_pending());
    }
    world.wechat.gate.add_permits(1);
    assert_eq!(world.login("bob").await.status, StatusCode::OK);
}

#[tokio::test]
async fn cors_admits_configured_origins_only() {
    let preflight = |world: &World| {
        let mut request = request(Method::OPTIONS, "/v1/me", None, None);
        let headers = request.headers_mut();
        headers.insert("origin", "https://admin.example.org".parse().unwrap());
        headers.insert("access-control-request-method", "PATCH".parse().unwrap());
        headers.insert("access-control-request-headers", "authorization".parse().unwrap());
        let router = world.router.clone();
        async move { crate::world::Reply::read(tower::ServiceExt::oneshot(router, request).await.unwrap()).await }
    };
    let closed = preflight(&World::new()).await;
    closed.assert_problem("method_not_allowed");
    assert_eq!(closed.header("access-control-allow-origin"), "");
    let origin =
        |origin: &str| HttpPolicy { cors_origins: vec![origin.parse().unwrap()], ..HttpPolicy::default() };
    let open = World::with(origin("https://admin.example.org"), ObedientWechat::default());
    let reply = preflight(&open).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("access-control-allow-origin"), "https://admin.example.org");
    let allowed: BTreeSet<_> = reply.header("access-control-allow-methods").split(',').collect();
    let operations = operations();
    assert_eq!(allowed, operations.iter().map(|operation| operation.method.as_str()).collect());
    let mut refused = request(Method::POST, "/v1/login", None, Some(json!({})));
    refused.headers_mut().insert("origin", "https://admin.example.org".parse().unwrap());
    let reply = open.ask(refused).await;
    reply.assert_problem("missing_field");
    assert_eq!(reply.header("access-control-allow-origin"), "https://admin.example.org");
    let other = World::with(origin("https://other.example.org"), ObedientWechat::default());
    assert_eq!(preflight(&other).await.header("access-control-allow-origin"), "");
}
