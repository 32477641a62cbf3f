//! What holds whatever the route.

use std::time::Duration;

use e2e::{APP_ID, Reply, Stage, eventually};
use reqwest::Method;
use serde_json::json;

pub(crate) async fn what_is_not_served_is_a_problem(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    for path in ["/", "/v1", "/v2/login", "/v1/login/", "/login", "/v1/session/check", "/v1/%2e%2e/login"] {
        api.get(path).send().await.expect(404).expect_recover("not_found", "fix_request");
    }
    let wrong = [
        (Method::GET, "/v1/login", "POST"),
        (Method::PUT, "/v1/register", "POST"),
        (Method::POST, "/v1/session", "GET"),
        (Method::PUT, "/v1/me", "PATCH"),
        (Method::PATCH, "/v1/sessions", "DELETE"),
        (Method::GET, "/v1/open-data", "POST"),
    ];
    for (method, path, allowed) in wrong {
        let reply = api.call(method, path).send().await.expect(405);
        reply.expect_recover("method_not_allowed", "fix_request");
        assert!(reply.header(reqwest::header::ALLOW).contains(allowed), "{path}: {:?}", reply.headers);
    }
}

pub(crate) async fn bodies_that_are_not_taken_are_problems(stage: &Stage) {
    let server = stage.server_with(&[("YAOSHI_HTTP__MAX_BODY_BYTES", "10000")]).await;
    let api = server.api();
    let json = json!({ "app_id": APP_ID, "code": "c" }).to_string();
    let too_long = json!({ "app_id": APP_ID, "code": "c".repeat(10_000) }).to_string();
    let cases = [
        ("application/json", "", 400, "malformed_json"),
        ("application/json", "{\"app_id\":", 400, "malformed_json"),
        ("application/json", "<xml/>", 400, "malformed_json"),
        ("application/json", "[]", 422, "wrong_type"),
        ("application/json", "\"text\"", 422, "wrong_type"),
        ("application/json", &*too_long, 413, "payload_too_large"),
        ("text/plain", &*json, 415, "unsupported_media_type"),
        ("application/x-www-form-urlencoded", "app_id=a&code=c", 415, "unsupported_media_type"),
    ];
    for (content_type, body, status, code) in cases {
        let call = api.call(Method::POST, "/v1/login").body(content_type, body.to_owned());
        let problem = call.send().await.expect_problem(status);
        assert_eq!((&*problem.code, &*problem.recover), (code, "fix_request"), "{content_type} {body:.40}");
    }
    let untyped = api.call(Method::POST, "/v1/login").send().await.expect(415);
    untyped.expect_recover("unsupported_media_type", "fix_request");
    assert_eq!(stage.exchanges(), 0);
    api.login(&stage.phone().code()).send().await.expect(200);
}

pub(crate) async fn a_request_is_known_by_its_id(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    let ids = [api.get("/v1/me").send().await, api.get("/v1/me").send().await];
    let ids = ids.map(|reply| reply.expect_problem(401).request_id);
    assert_ne!(ids[0], ids[1]);
    // Its name in the log is not for the client to choose: a line could be broken, or another's be aped.
    let chosen = "0193b1f0-chosen-by-the-client";
    let reply = api.get("/v1/me").header("x-request-id", chosen).send().await;
    assert_ne!(reply.expect_problem(401).request_id, chosen);
    for id in ids {
        let line = eventually("the request is in the log", Duration::from_secs(5), async || {
            server.log().entries().into_iter().find(|entry| entry["request_id"] == *id)
        });
        let line = line.await;
        assert_eq!((&line["status"], &line["code"]), (&json!(401), &json!("missing_token")), "{line}");
    }
}

pub(crate) async fn operators_see_health_and_metrics(stage: &Stage) {
    let server = stage.server().await;
    let phone = stage.phone();
    server.api().sign_up(&phone).await;
    for api in [server.api(), server.ops()] {
        for path in ["/healthz", "/readyz"] {
            api.get(path).send().await.expect(200);
        }
    }
    let metrics = server.ops().get("/metrics").send().await.expect(200).body;
    for family in ["login", "registration", "exchange"] {
        assert!(metrics.contains(family), "no metric speaks of {family}:\n{metrics}");
    }
    // They are for operators alone.
    server.api().get("/metrics").send().await.expect(404);
}

pub(crate) async fn browsers_may_call_from_the_configured_origins_alone(stage: &Stage) {
    let allowed = |reply: &Reply| reply.headers.get("access-control-allow-origin").cloned();
    let closed = stage.server().await;
    let open = stage.server_with(&[("YAOSHI_HTTP__CORS_ORIGINS", "https://admin.example.org")]).await;
    for (server, origin, expected) in [
        (&closed, "https://admin.example.org", None),
        (&open, "https://admin.example.org", Some("https://admin.example.org")),
        (&open, "https://elsewhere.example.org", None),
    ] {
        let reply = server.api().get("/v1/session").header("origin", origin).send().await.expect(401);
        let seen = allowed(&reply);
        assert_eq!(seen.as_ref().and_then(|value| value.to_str().ok()), expected, "{origin}");
    }
}

pub(crate) async fn the_api_describes_itself(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    let document = api.get("/openapi.json").send().await.expect(200).json();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let routes = [
        ("/v1/login", "post"),
        ("/v1/register", "post"),
        ("/v1/session", "get"),
        ("/v1/session", "delete"),
        ("/v1/sessions", "get"),
        ("/v1/sessions", "delete"),
        ("/v1/sessions/{id}", "delete"),
        ("/v1/me", "get"),
        ("/v1/me", "patch"),
        ("/v1/me/profile", "post"),
        ("/v1/open-data", "post"),
        ("/login/", "post"),
        ("/getinfo/", "post"),
    ];
    for (path, method) in routes {
        assert!(document["paths"][path][method].is_object(), "{method} {path} is not described");
    }
    let page = api.get("/docs").send().await.expect(200).body;
    assert!(page.contains("<html"), "{page:.200}");
    // It must work where there is no internet.
    for elsewhere in ["src=\"http", "src='http", "href=\"http://cdn", "https://cdn", "unpkg.com", "jsdelivr"]
    {
        assert!(!page.contains(elsewhere), "the page loads something from {elsewhere}");
    }
}
