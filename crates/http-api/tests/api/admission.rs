//! When a request takes its place, and what its body may take before.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{Method, Request, StatusCode};
use http_api::HttpPolicy;
use tokio::time::timeout;

use crate::fixture::{Fixture, Reply, request};

/// A login whose body begins like this and never ends.
fn unfinished(begin: &'static str) -> Request<Body> {
    let mut request = request(Method::POST, "/v1/login", None, None);
    request.headers_mut().insert("content-type", "application/json".parse().unwrap());
    let begin = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(begin.as_bytes()))]);
    *request.body_mut() = Body::from_stream(begin.chain(stream::pending()));
    request
}

async fn send(fixture: &Fixture, request: Request<Body>) -> Reply {
    fixture.send_request(request).await
}

#[tokio::test]
async fn an_unfinished_body_has_no_place() {
    let fixture = Fixture::with_policy(HttpPolicy { max_in_flight: 1, ..HttpPolicy::default() });
    let mut first = std::pin::pin!(send(&fixture, unfinished("{")));
    let mut second = std::pin::pin!(send(&fixture, unfinished("{")));
    assert!(futures::poll!(first.as_mut()).is_pending());
    assert!(futures::poll!(second.as_mut()).is_pending());
    assert_eq!(fixture.login("alice").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_probe_needs_no_place() {
    let fixture = Fixture::with_policy(HttpPolicy { max_in_flight: 0, ..HttpPolicy::default() });
    fixture.get("/v1/session", "ys_nonsense").await.assert_problem("overloaded");
    fixture.login("alice").await.assert_problem("overloaded");
    for probe in ["/healthz", "/readyz"] {
        assert_eq!(fixture.send(Method::GET, probe, None, None).await.status, StatusCode::OK, "{probe}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_has_so_much_time_to_arrive() {
    let policy = HttpPolicy { body_timeout: Duration::from_secs(3), ..HttpPolicy::default() };
    let fixture = Fixture::with_policy(policy);
    let mut waiting = std::pin::pin!(send(&fixture, unfinished("{")));
    assert!(timeout(Duration::from_millis(2_999), waiting.as_mut()).await.is_err());
    let reply = timeout(Duration::from_secs(1), waiting).await.unwrap();
    reply.assert_problem("request_timeout");
    assert_eq!(reply.body["detail"], "The body did not arrive in time.");
}

#[tokio::test]
async fn unfinished_bodies_take_so_much_memory_together() {
    let policy = HttpPolicy { max_waiting_body_bytes: 100, ..HttpPolicy::default() };
    let fixture = Fixture::with_policy(policy);
    let sixty = "{\"app_id\":\"............................................\",\"";
    {
        let mut first = std::pin::pin!(send(&fixture, unfinished(sixty)));
        assert!(futures::poll!(first.as_mut()).is_pending());
        send(&fixture, unfinished(sixty)).await.assert_problem("overloaded");
        let mut second = std::pin::pin!(send(&fixture, unfinished("{")));
        assert!(futures::poll!(second.as_mut()).is_pending(), "what was refused holds nothing");
    }
    for _ in 0..5 {
        assert_eq!(fixture.login("alice").await.status, StatusCode::OK, "what ended holds nothing");
    }
}

#[tokio::test]
async fn a_body_that_no_route_reads_is_not_waited_for() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let with_body = |method: Method, path: &str| {
        let mut request = request(method, path, Some(&token), None);
        *request.body_mut() = unfinished("{").into_body();
        request
    };
    assert_eq!(send(&fixture, with_body(Method::GET, "/v1/session")).await.status, StatusCode::OK);
    assert_eq!(send(&fixture, with_body(Method::GET, "/v1/verify")).await.status, StatusCode::OK);
    send(&fixture, with_body(Method::POST, "/nowhere")).await.assert_problem("not_found");
    send(&fixture, with_body(Method::PUT, "/v1/login")).await.assert_problem("method_not_allowed");
}
