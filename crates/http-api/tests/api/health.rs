use std::time::Duration;

use axum::{Router, body::Body};
use domain::time::Clock;
use http::{Method, Request, StatusCode};
use http_api::{HttpPolicy, Observed, ops_router};
use serde_json::json;
use tower::ServiceExt;

use crate::fixture::{Fixture, Reply};

fn ops(fixture: &Fixture) -> Observed<Router> {
    ops_router(fixture.readiness.clone(), || "yaoshi_up 1\n".to_owned(), &HttpPolicy::default())
}

async fn get(router: &Observed<Router>, path: &str) -> Reply {
    let request = Request::get(path).body(Body::empty()).unwrap();
    Reply::read(router.clone().oneshot(request).await.unwrap()).await
}

#[tokio::test]
async fn both_listeners_serve_health() {
    let fixture = Fixture::new();
    for router in [&fixture.router, &ops(&fixture)] {
        for path in ["/healthz", "/readyz"] {
            let reply = get(router, path).await;
            assert_eq!((reply.status, reply.body), (StatusCode::OK, json!({ "status": "ok" })));
        }
    }
}

#[tokio::test]
async fn without_its_store_an_instance_is_alive_but_not_ready() {
    let fixture = Fixture::new();
    fixture.store.start_failing();
    for router in [&fixture.router, &ops(&fixture)] {
        assert_eq!(get(router, "/healthz").await.status, StatusCode::OK);
        get(router, "/readyz").await.assert_problem("store_unavailable");
    }
}

#[tokio::test]
async fn a_flood_of_probes_is_answered_from_one_ping() {
    let fixture = Fixture::new();
    assert_eq!(get(&fixture.router, "/readyz").await.status, StatusCode::OK);
    fixture.store.start_failing();
    assert_eq!(get(&fixture.router, "/readyz").await.status, StatusCode::OK);
    fixture.clock.advance(Duration::from_millis(500));
    get(&fixture.router, "/readyz").await.assert_problem("store_unavailable");
}

/// The server's clock may be somewhat wrong, but not much.
#[tokio::test]
async fn with_a_clock_far_off_an_instance_serves_but_is_not_ready() {
    let fixture = Fixture::new();
    let is_ready = async |fixture: &Fixture| {
        let reply = get(&ops(fixture), "/readyz").await;
        if reply.status != StatusCode::OK {
            reply.assert_problem("clock_wrong");
        }
        reply.status == StatusCode::OK
    };
    let now = fixture.clock.now();
    for (seconds, ready) in [(1, true), (3, true), (20, false), (1, true), (20, false)] {
        fixture.store.show_time(now.minus(Duration::from_secs(seconds)));
        fixture.clocks.execute().await.unwrap();
        assert_eq!(is_ready(&fixture).await, ready, "{seconds} s ahead");
        fixture.store.show_time(now.plus(Duration::from_secs(seconds)));
        fixture.clocks.execute().await.unwrap();
        assert_eq!(is_ready(&fixture).await, ready, "{seconds} s behind");
    }
    assert_eq!(fixture.login("alice").await.status, StatusCode::OK);
    // What cannot be measured changes nothing.
    fixture.store.show_time(now);
    fixture.store.start_failing();
    fixture.clocks.execute().await.unwrap_err();
    assert!(!is_ready(&fixture).await);
}

#[tokio::test]
async fn while_draining_an_instance_serves_but_is_not_ready() {
    let fixture = Fixture::new();
    fixture.readiness.start_draining();
    for router in [&fixture.router, &ops(&fixture)] {
        assert_eq!(get(router, "/healthz").await.status, StatusCode::OK);
        get(router, "/readyz").await.assert_problem("draining");
    }
    assert_eq!(fixture.login("alice").await.status, StatusCode::OK);
}

#[tokio::test]
async fn metrics_are_served_to_operators_only() {
    let fixture = Fixture::new();
    let reply = get(&ops(&fixture), "/metrics").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(reply.bytes, b"yaoshi_up 1\n");
    fixture.send(Method::GET, "/metrics", None, None).await.assert_problem("not_found");
}

#[tokio::test]
async fn operators_get_problems_too() {
    let fixture = Fixture::new();
    get(&ops(&fixture), "/v1/session").await.assert_problem("not_found");
    let request = Request::post("/metrics").body(Body::empty()).unwrap();
    Reply::read(ops(&fixture).oneshot(request).await.unwrap()).await.assert_problem("method_not_allowed");
}

#[tokio::test]
async fn a_panic_is_a_problem_and_the_next_request_is_served() {
    let fixture = Fixture::new();
    let router = ops_router(fixture.readiness.clone(), || panic!("on purpose"), &HttpPolicy::default());
    get(&router, "/metrics").await.assert_problem("internal");
    assert_eq!(get(&router, "/healthz").await.status, StatusCode::OK);
}
