//! Rules that apply to all routes.

use std::time::Duration;

use e2e::{APP_ID, Fixture, Response, eventually};
use reqwest::Method;
use serde_json::json;

pub(crate) async fn unknown_routes_and_methods_are_problems(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    for path in ["/", "/v1", "/v2/login", "/v1/login/", "/login", "/v1/session/checks", "/v1/%2e%2e/login"] {
        api.get(path).send().await.expect(404).expect_recover("not_found", "fix_request");
    }
    let wrong_methods = [
        (Method::GET, "/v1/login", "POST"),
        (Method::PUT, "/v1/register", "POST"),
        (Method::POST, "/v1/session", "GET"),
        (Method::PUT, "/v1/me", "PATCH"),
        (Method::PATCH, "/v1/sessions", "DELETE"),
        (Method::GET, "/v1/open-data", "POST"),
    ];
    for (method, path, allowed) in wrong_methods {
        let response = api.request(method, path).send().await.expect(405);
        response.expect_recover("method_not_allowed", "fix_request");
        assert!(response.header(reqwest::header::ALLOW).contains(allowed), "{path}: {:?}", response.headers);
    }
}

pub(crate) async fn invalid_bodies_are_problems(fixture: &Fixture) {
    let server = fixture.server_with(&[("YAOSHI_HTTP__MAX_BODY_BYTES", "10000")]).await;
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
        let request = api.request(Method::POST, "/v1/login").body(content_type, body.to_owned());
        let problem = request.send().await.expect_problem(status);
        assert_eq!((&*problem.code, &*problem.recover), (code, "fix_request"), "{content_type} {body:.40}");
    }
    let untyped = api.request(Method::POST, "/v1/login").send().await.expect(415);
    untyped.expect_recover("unsupported_media_type", "fix_request");
    assert_eq!(fixture.exchanges(), 0);
    api.login(&fixture.phone().code()).send().await.expect(200);
}

pub(crate) async fn a_request_id_is_in_the_response_and_in_the_log(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let ids = [api.get("/v1/me").send().await, api.get("/v1/me").send().await];
    let ids = ids.map(|response| response.expect_problem(401).request_id);
    assert_ne!(ids[0], ids[1]);
    // A client cannot choose the id: it could forge log lines, or reuse the id of another request.
    let chosen = "0193b1f0-chosen-by-the-client";
    let response = api.get("/v1/me").header("x-request-id", chosen).send().await;
    assert_ne!(response.expect_problem(401).request_id, chosen);
    for id in ids {
        let line = eventually("the request is in the log", Duration::from_secs(5), async || {
            server.log().entries().into_iter().find(|entry| entry["request_id"] == *id)
        });
        let line = line.await;
        assert_eq!((&line["status"], &line["code"]), (&json!(401), &json!("missing_token")), "{line}");
    }
}

pub(crate) async fn operators_see_health_and_metrics(fixture: &Fixture) {
    let server = fixture.server().await;
    let phone = fixture.phone();
    server.api().sign_up(&phone).await;
    for api in [server.api(), server.ops()] {
        for path in ["/healthz", "/readyz"] {
            api.get(path).send().await.expect(200);
        }
    }
    let metrics = server.ops().get("/metrics").send().await.expect(200).body;
    for family in ["login", "registration", "wechat_calls"] {
        assert!(metrics.contains(family), "no metric for {family} in:\n{metrics}");
    }
    let version = env!("CARGO_PKG_VERSION");
    for sample in [
        format!("yaoshi_build_info{{version=\"{version}\",revision="),
        format!("yaoshi_registrations_total{{app=\"{APP_ID}\",outcome=\"new\"}} 1\n"),
        format!("yaoshi_wechat_calls_total{{endpoint=\"code2session\",app=\"{APP_ID}\",errcode=\"0\"}} "),
        "yaoshi_ready 1\n".to_owned(),
    ] {
        assert!(metrics.contains(&sample), "no {sample} in:\n{metrics}");
    }
    // The metrics are for operators only.
    server.api().get("/metrics").send().await.expect(404);
}

pub(crate) async fn cors_allows_only_the_configured_origins(fixture: &Fixture) {
    let allowed = |response: &Response| response.headers.get("access-control-allow-origin").cloned();
    let closed = fixture.server().await;
    let open = fixture.server_with(&[("YAOSHI_HTTP__CORS_ORIGINS", "https://admin.example.org")]).await;
    for (server, origin, expected) in [
        (&closed, "https://admin.example.org", None),
        (&open, "https://admin.example.org", Some("https://admin.example.org")),
        (&open, "https://elsewhere.example.org", None),
    ] {
        let response = server.api().get("/v1/session").header("origin", origin).send().await.expect(401);
        let header = allowed(&response);
        assert_eq!(header.as_ref().and_then(|value| value.to_str().ok()), expected, "{origin}");
    }
}

pub(crate) async fn the_api_serves_its_documentation(fixture: &Fixture) {
    let server = fixture.server().await;
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
    // The page must work without internet access.
    for external in ["src=\"http", "src='http", "href=\"http://cdn", "https://cdn", "unpkg.com", "jsdelivr"] {
        assert!(!page.contains(external), "the page loads something from {external}");
    }
}
