use axum::body::Body;
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{Method, Request, StatusCode};
use serde_json::json;

use crate::fixture::{APP_ID, Fixture, Reply, SERVICE, SERVICE_SECRET};

async fn introspect(fixture: &Fixture, credentials: &str, form: &str) -> Reply {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/oauth/introspect")
        .header("authorization", credentials)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()))
        .unwrap();
    fixture.send_request(request).await
}

#[tokio::test]
async fn a_users_token_is_active() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let session = fixture.get("/v1/session", &token).await;
    let form = format!("token={token}&token_type_hint=refresh_token");
    let reply = introspect(&fixture, SERVICE, &form).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("cache-control"), "no-store");
    let expected = json!({
        "active": true,
        "sub": session.text("/user/id"),
        "sid": session.text("/session/id"),
        "app_id": APP_ID,
        "openid": "alice",
        "state": "registered",
        "exp": 1_767_312_000,
        "iat": 1_767_225_600,
        "token_type": "Bearer",
    });
    assert_eq!(reply.body, expected);
}

#[tokio::test]
async fn everything_else_is_inactive() {
    let fixture = Fixture::new();
    let stranger = fixture.log_in("alice").await;
    let ended = fixture.register("bob").await;
    fixture.send(Method::DELETE, "/v1/session", Some(&ended), None).await;
    let unknown = format!("ys_{}", "x".repeat(43));
    let long = "x".repeat(10_000);
    for token in [&stranger, &ended, &unknown, &long, "", "%FF%00", "eyJhbGciOiJub25lIn0.e30."] {
        let reply = introspect(&fixture, SERVICE, &format!("token={token}")).await;
        assert_eq!((reply.status, reply.body), (StatusCode::OK, json!({ "active": false })), "{token:.60}");
    }
    let allowed = introspect(&fixture, SERVICE, &format!("token={stranger}&unregistered=allow")).await;
    assert_eq!((&allowed.body["active"], &allowed.body["state"]), (&json!(true), &json!("unregistered")));
    assert_eq!(allowed.body.get("sub"), None);
}

#[tokio::test]
async fn who_asks_has_to_be_a_service_with_the_scope() {
    let fixture = Fixture::new();
    let form = format!("token={}", fixture.register("alice").await);
    let basic = |credentials: String| format!("Basic {}", STANDARD.encode(credentials));
    introspect(&fixture, "Bearer x", &form).await.assert_problem("missing_service");
    introspect(&fixture, &basic("shop:wrong".to_owned()), &form).await.assert_problem("invalid_service");
    // The other service has the scope, and another app.
    let other = introspect(&fixture, &basic(format!("other:{SERVICE_SECRET}")), &form).await;
    assert_eq!(other.body, json!({ "active": false }));
}

#[tokio::test]
async fn a_wrong_request_is_named() {
    let fixture = Fixture::new();
    introspect(&fixture, SERVICE, "").await.assert_problem("missing_field");
    introspect(&fixture, SERVICE, "token=a&token=b").await.assert_problem("invalid_field");
    introspect(&fixture, SERVICE, "token=a&unregistered=1").await.assert_problem("invalid_field");
    let json =
        fixture.send(Method::POST, "/oauth/introspect", Some(SERVICE), Some(json!({ "token": "a" }))).await;
    json.assert_problem("unsupported_media_type");
}

#[tokio::test]
async fn libraries_find_the_routes() {
    let fixture = Fixture::new();
    let reply = fixture.send(Method::GET, "/.well-known/oauth-authorization-server", None, None).await;
    assert_eq!(reply.status, StatusCode::OK);
    let expected = json!({
        "issuer": "https://login.example.org",
        "introspection_endpoint": "https://login.example.org/oauth/introspect",
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic"],
        "jwks_uri": "https://login.example.org/.well-known/jwks.json",
        "response_types_supported": [],
        "grant_types_supported": [],
    });
    assert_eq!(reply.body, expected);
    assert_eq!(reply.header("cache-control"), "public, max-age=3600");
}
