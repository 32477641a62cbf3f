use std::{collections::BTreeSet, time::Duration};

use http::{Method, StatusCode};
use http_api::HttpPolicy;
use serde_json::json;
use tokio::time::timeout;

use crate::{
    fixture::{Fixture, ScriptedExchange, Settings, request},
    operations::operations,
};

/// An instance with this policy, to which WeChat does not reply until the test adds permits.
fn hanging(policy: HttpPolicy) -> Fixture {
    Fixture::with(Settings { policy, exchange: ScriptedExchange::hanging(), ..Settings::default() })
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_too_long_times_out() {
    let policy = HttpPolicy { request_timeout: Duration::from_secs(3), ..HttpPolicy::default() };
    let fixture = hanging(policy);
    let mut waiting = std::pin::pin!(fixture.login("alice"));
    assert!(timeout(Duration::from_millis(2_999), waiting.as_mut()).await.is_err());
    let reply = timeout(Duration::from_secs(1), waiting).await.unwrap();
    reply.assert_problem("request_timeout");
}

#[tokio::test]
async fn requests_beyond_the_limit_are_refused_until_others_end() {
    let policy = HttpPolicy { max_in_flight: 1, ..HttpPolicy::default() };
    let fixture = hanging(policy);
    let mut waiting = std::pin::pin!(fixture.login("alice"));
    assert!(futures::poll!(waiting.as_mut()).is_pending());
    fixture.login("bob").await.assert_problem("overloaded");
    fixture.exchange.permits.add_permits(1);
    assert_eq!(waiting.await.status, StatusCode::OK);
    assert_eq!(fixture.login("bob").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_request_that_is_dropped_no_longer_counts() {
    let policy = HttpPolicy { max_in_flight: 1, ..HttpPolicy::default() };
    let fixture = hanging(policy);
    {
        let mut waiting = std::pin::pin!(fixture.login("alice"));
        assert!(futures::poll!(waiting.as_mut()).is_pending());
    }
    fixture.exchange.permits.add_permits(1);
    assert_eq!(fixture.login("bob").await.status, StatusCode::OK);
}

#[tokio::test]
async fn cors_admits_configured_origins_only() {
    let preflight = |fixture: &Fixture| {
        let mut request = request(Method::OPTIONS, "/v1/me", None, None);
        let headers = request.headers_mut();
        headers.insert("origin", "https://admin.example.org".parse().unwrap());
        headers.insert("access-control-request-method", "PATCH".parse().unwrap());
        headers.insert("access-control-request-headers", "authorization".parse().unwrap());
        let fixture = fixture.clone();
        async move { fixture.send_request(request).await }
    };
    let closed = preflight(&Fixture::new()).await;
    closed.assert_problem("method_not_allowed");
    assert_eq!(closed.header("access-control-allow-origin"), "");
    let origin =
        |origin: &str| HttpPolicy { cors_origins: vec![origin.parse().unwrap()], ..HttpPolicy::default() };
    let open = Fixture::with_policy(origin("https://admin.example.org"));
    let reply = preflight(&open).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("access-control-allow-origin"), "https://admin.example.org");
    let allowed: BTreeSet<_> = reply.header("access-control-allow-methods").split(',').collect();
    let operations = operations();
    assert_eq!(allowed, operations.iter().map(|operation| operation.method.as_str()).collect());
    let mut refused = request(Method::POST, "/v1/login", None, Some(json!({})));
    refused.headers_mut().insert("origin", "https://admin.example.org".parse().unwrap());
    let reply = open.send_request(refused).await;
    reply.assert_problem("missing_field");
    assert_eq!(reply.header("access-control-allow-origin"), "https://admin.example.org");
    let other = Fixture::with_policy(origin("https://other.example.org"));
    assert_eq!(preflight(&other).await.header("access-control-allow-origin"), "");
}
