//! Limits by address, by identity and by service.

use std::{net::IpAddr, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use futures::stream;
use http::{Method, StatusCode};
use http_api::{HttpPolicy, Peer, Rate, RateLimits, TrustedProxies};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use serde_json::{Value, json};

use crate::fixture::{Fixture, Reply, SERVICE, request, signed};

/// Two requests in ten seconds.
const TWO: Option<Rate> = Rate::try_new(2, Duration::from_secs(10));

fn with_limits(limits: RateLimits) -> Fixture {
    Fixture::with_policy(HttpPolicy { limits, ..HttpPolicy::default() })
}

/// Sends a login of `code` from this address.
async fn login_from(fixture: &Fixture, address: &str, code: &str) -> Reply {
    let body = json!({ "app_id": crate::fixture::APP_ID, "code": code });
    let mut request = request(Method::POST, "/v1/login", None, Some(body));
    let address: IpAddr = address.parse().unwrap();
    request.extensions_mut().insert(Peer((address, 50_000).into()));
    fixture.send_request(request).await
}

#[tokio::test]
async fn an_address_logs_in_so_often() {
    let fixture = with_limits(RateLimits { login_per_address: TWO, ..RateLimits::OFF });
    for code in ["alice", "bob"] {
        assert_eq!(fixture.login(code).await.status, StatusCode::OK);
    }
    let refused = fixture.login("carol").await;
    refused.assert_problem_after("rate_limited", Some(5));
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.body["detail"], "The limit login_per_address is 2 requests in 10 seconds.");
    assert_eq!(refused.header("ratelimit-policy"), "\"login_per_address\";q=2;w=10");
    assert_eq!(refused.header("ratelimit"), "\"login_per_address\";r=0;t=5");
    assert_eq!(login_from(&fixture, "203.0.113.8", "carol").await.status, StatusCode::OK);
    fixture.clock.advance(Duration::from_secs(4));
    fixture.login("carol").await.assert_problem_after("rate_limited", Some(1));
    fixture.clock.advance(Duration::from_secs(1));
    assert_eq!(fixture.login("carol").await.status, StatusCode::OK);
    fixture.login("dave").await.assert_problem_after("rate_limited", Some(5));
}

#[tokio::test]
async fn ipv6_clients_count_by_network() {
    let fixture = with_limits(RateLimits { login_per_address: TWO, ..RateLimits::OFF });
    for address in ["2001:db8:0:1::1", "2001:db8:0:1::2"] {
        assert_eq!(login_from(&fixture, address, "alice").await.status, StatusCode::OK);
    }
    let refused = login_from(&fixture, "2001:db8:0:1:ffff::3", "alice").await;
    refused.assert_problem_after("rate_limited", Some(5));
    assert_eq!(login_from(&fixture, "2001:db8:0:2::1", "alice").await.status, StatusCode::OK);
}

#[tokio::test]
async fn clients_of_a_trusted_proxy_count_by_their_own_address() {
    let limits = RateLimits { login_per_address: TWO, ..RateLimits::OFF };
    let trusted_proxies = TrustedProxies::new(vec!["203.0.113.7".parse().unwrap()]);
    let behind_a_proxy = HttpPolicy { limits, trusted_proxies, ..HttpPolicy::default() };
    let with_a_header = HttpPolicy { limits, ..HttpPolicy::default() };
    for (policy, last) in [(behind_a_proxy, StatusCode::OK), (with_a_header, StatusCode::TOO_MANY_REQUESTS)] {
        let fixture = Fixture::with_policy(policy);
        let mut statuses = Vec::new();
        for client in ["198.51.100.1", "198.51.100.2", "198.51.100.3"] {
            let body = json!({ "app_id": crate::fixture::APP_ID, "code": "alice" });
            let mut request = request(Method::POST, "/v1/login", None, Some(body));
            request.headers_mut().insert("x-forwarded-for", client.parse().unwrap());
            statuses.push(fixture.send_request(request).await.status);
        }
        assert_eq!(statuses, [StatusCode::OK, StatusCode::OK, last]);
    }
}

#[tokio::test]
async fn the_tutorial_counts_like_its_own_routes() {
    let limits = RateLimits { login_per_address: TWO, registration_per_address: TWO, ..RateLimits::OFF };
    let fixture = with_limits(limits);
    let token = fixture.log_in("alice").await;
    let tutorial = |path: &'static str, body: Value| fixture.send(Method::POST, path, None, Some(body));
    assert_eq!(tutorial("/login/", json!({ "code": "bob" })).await.body["status"], 0);
    let refused = tutorial("/login/", json!({ "code": "carol" })).await;
    refused.assert_problem_after("rate_limited", Some(5));
    assert_eq!(tutorial("/getinfo/", json!({})).await.body["status"], 1);
    assert_eq!(fixture.post("/v1/register", &token, signed("alice")).await.status, StatusCode::CREATED);
    let refused = tutorial("/getinfo/", json!({})).await;
    refused.assert_problem_after("rate_limited", Some(5));
    assert_eq!(refused.header("ratelimit"), "\"registration_per_address\";r=0;t=5");
}

#[tokio::test]
async fn a_user_registers_so_often_whatever_the_session() {
    let fixture = with_limits(RateLimits { registration_per_identity: TWO, ..RateLimits::OFF });
    // A stranger's session counts by itself; every further registration is the user's.
    let mut token = fixture.register("alice").await;
    for _ in 0..2 {
        let repeated = fixture.post("/v1/register", &token, signed("alice")).await;
        assert_eq!(repeated.status, StatusCode::OK, "{}", repeated.body);
        token = repeated.text("/token");
    }
    let refused = fixture.post("/v1/register", &token, signed("alice")).await;
    refused.assert_problem_after("rate_limited", Some(5));
    fixture.register("bob").await;
}

#[tokio::test]
async fn an_unregistered_session_tries_to_register_so_often() {
    let fixture = with_limits(RateLimits { registration_per_identity: TWO, ..RateLimits::OFF });
    let token = fixture.log_in("alice").await;
    for _ in 0..2 {
        fixture.post("/v1/register", &token, signed("bob")).await.assert_problem("signature_mismatch");
    }
    let refused = fixture.post("/v1/register", &token, signed("alice")).await;
    refused.assert_problem_after("rate_limited", Some(5));
}

#[tokio::test]
async fn a_lost_registration_is_repeated_within_the_limit_of_the_address() {
    let fixture = with_limits(RateLimits { registration_per_identity: TWO, ..RateLimits::OFF });
    let token = fixture.log_in("alice").await;
    for status in [StatusCode::CREATED, StatusCode::OK, StatusCode::OK, StatusCode::OK] {
        assert_eq!(fixture.post("/v1/register", &token, signed("alice")).await.status, status);
    }
}

#[tokio::test]
async fn phone_numbers_are_limited_by_user_and_by_address() {
    for (limits, name) in [
        (RateLimits { phone_per_identity: TWO, ..RateLimits::OFF }, "phone_per_identity"),
        (RateLimits { phone_per_address: TWO, ..RateLimits::OFF }, "phone_per_address"),
    ] {
        let fixture = with_limits(limits);
        let (alice, bob) = (fixture.register("alice").await, fixture.register("bob").await);
        let bind = |token: String| {
            let fixture = fixture.clone();
            async move {
                let body = json!({ "code": "no-such-code" });
                fixture.send(Method::PUT, "/v1/me/phone", Some(&token), Some(body)).await
            }
        };
        for _ in 0..2 {
            assert_ne!(bind(alice.clone()).await.body["code"], "rate_limited");
        }
        let refused = bind(alice.clone()).await;
        refused.assert_problem_after("rate_limited", Some(5));
        assert_eq!(refused.header("ratelimit"), format!("\"{name}\";r=0;t=5"));
        let other = bind(bob).await;
        assert_eq!(other.body["code"] == "rate_limited", name == "phone_per_address", "{}", other.body);
        assert_ne!(fixture.get("/v1/me/phone", &alice).await.body["code"], "rate_limited");
    }
}

#[tokio::test]
async fn a_user_exports_their_data_so_often() {
    let fixture = with_limits(RateLimits { export_per_identity: TWO, ..RateLimits::OFF });
    let (alice, bob) = (fixture.register("alice").await, fixture.register("bob").await);
    for _ in 0..2 {
        assert_eq!(fixture.get("/v1/me/export", &alice).await.status, StatusCode::OK);
    }
    fixture.get("/v1/me/export", &alice).await.assert_problem_after("rate_limited", Some(5));
    assert_eq!(fixture.get("/v1/me/export", &bob).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_service_calls_so_often_and_others_have_their_own_limit() {
    let fixture = with_limits(RateLimits { calls_per_service: TWO, ..RateLimits::OFF });
    let call = |path: &'static str, credentials: &'static str| {
        fixture.send(Method::POST, path, Some(credentials), Some(json!({})))
    };
    call("/service/v1/access-token", SERVICE).await.assert_problem("missing_field");
    call("/oauth/introspect", SERVICE).await.assert_problem("unsupported_media_type");
    for path in ["/service/v1/signatures", "/oauth/introspect"] {
        let refused = call(path, SERVICE).await;
        refused.assert_problem_after("rate_limited", Some(5));
        assert_eq!(refused.header("ratelimit"), "\"calls_per_service\";r=0;t=5");
    }
    call("/service/v1/access-token", "Basic d3Jvbmc6c2VjcmV0").await.assert_problem("invalid_service");
    let mail = "Basic bWFpbDphLXNlY3JldC1vZi1hLXNlcnZpY2UtZm9yLXRoZS10ZXN0cw==";
    assert_ne!(call("/service/v1/access-token", mail).await.body["code"], "rate_limited");
}

#[tokio::test]
async fn a_check_of_a_token_is_never_limited() {
    let one = Rate::try_new(1, Duration::from_hours(1));
    let limits = RateLimits {
        login_per_address: Rate::try_new(2, Duration::from_hours(1)),
        registration_per_address: one,
        phone_per_address: one,
        registration_per_identity: one,
        phone_per_identity: one,
        export_per_identity: one,
        calls_per_service: one,
    };
    let fixture = with_limits(limits);
    let token = fixture.register("alice").await;
    for _ in 0..100 {
        assert_eq!(fixture.get("/v1/session", &token).await.status, StatusCode::OK);
        assert_eq!(fixture.get("/v1/verify", &token).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_refusal_needs_neither_the_body_nor_a_place() {
    let limits = RateLimits { login_per_address: TWO, ..RateLimits::OFF };
    let fixture = Fixture::with_policy(HttpPolicy { limits, max_in_flight: 0, ..HttpPolicy::default() });
    for _ in 0..2 {
        fixture.login("alice").await.assert_problem("overloaded");
    }
    let mut unfinished = request(Method::POST, "/v1/login", None, None);
    *unfinished.body_mut() = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
    fixture.send_request(unfinished).await.assert_problem_after("rate_limited", Some(5));
}

#[tokio::test]
async fn a_school_class_behind_one_address_meets_no_limit() {
    let fixture = Fixture::new();
    for pupil in 0..60 {
        let code = format!("pupil-{pupil}");
        // Some taps twice, and repeats what took too long.
        for _ in 0..3 {
            assert_eq!(fixture.login(&code).await.status, StatusCode::OK);
        }
        let token = fixture.register(&code).await;
        let body = json!({ "code": "no-such-code" });
        let phone = fixture.send(Method::PUT, "/v1/me/phone", Some(&token), Some(body)).await;
        assert_ne!(phone.body["code"], "rate_limited");
    }
}

#[tokio::test]
async fn refusals_are_counted_by_limit() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let fixture = with_limits(RateLimits { login_per_address: TWO, ..RateLimits::OFF });
    for _ in 0..5 {
        fixture.login("alice").await;
    }
    let refusals: Vec<_> = snapshotter
        .snapshot()
        .into_vec()
        .into_iter()
        .filter(|(key, ..)| key.key().name() == "yaoshi_rate_limited_total")
        .map(|(key, _, _, value)| (key.key().labels().cloned().collect::<Vec<_>>(), value))
        .collect();
    let label = metrics::Label::new("limit", "login_per_address");
    assert_eq!(refusals, [(vec![label], DebugValue::Counter(3))]);
}
