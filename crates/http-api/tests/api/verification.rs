use http::{Method, Request, StatusCode};
use serde_json::Value;

use crate::fixture::{APP_ID, Fixture, Reply, Settings};

async fn verify(fixture: &Fixture, token: &str, query: &str) -> Reply {
    fixture.get(&format!("/v1/verify{query}"), token).await
}

/// The payload of an assertion.
fn payload(reply: &Reply) -> Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let assertion = reply.header("x-yaoshi-assertion");
    let payload = assertion.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn headers_say_whose_a_token_is() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let session = fixture.get("/v1/session", &token).await;
    let reply = verify(&fixture, &token, "").await;
    assert_eq!((reply.status, reply.bytes.len()), (StatusCode::OK, 0));
    assert_eq!(reply.header("x-yaoshi-user"), session.text("/user/id"));
    assert_eq!(reply.header("x-yaoshi-session"), session.text("/session/id"));
    assert_eq!(reply.header("x-yaoshi-app"), APP_ID);
    assert_eq!(reply.header("x-yaoshi-openid"), "alice");
    assert_eq!(reply.header("x-yaoshi-state"), "registered");
    assert_eq!(reply.header("cache-control"), "no-store");
    let payload = payload(&reply);
    assert_eq!(payload["iss"], "https://login.example.org");
    assert_eq!(payload["sub"], *session.text("/user/id"));
    assert_eq!(payload["openid"], "alice");
    assert_eq!(payload.get("aud"), None);
}

#[tokio::test]
async fn the_headers_of_a_stranger_name_no_user() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    verify(&fixture, &token, "").await.assert_problem("not_registered");
    let reply = verify(&fixture, &token, "?unregistered=allow").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("x-yaoshi-state"), "unregistered");
    assert_eq!(reply.header("x-yaoshi-openid"), "alice");
    for name in ["x-yaoshi-user", "x-yaoshi-assertion"] {
        assert_eq!(reply.header(name), "", "{name}");
    }
}

#[tokio::test]
async fn a_gateway_names_an_audience_and_no_other_words() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let reply = verify(&fixture, &token, "?aud=orders").await;
    assert_eq!(payload(&reply)["aud"], "orders");
    for query in ["?unregistered=yes", "?unregistered=", "?aud=", "?aud=a%20b", "?aud=a&aud=b"] {
        verify(&fixture, &token, query).await.assert_problem("invalid_field");
    }
}

#[tokio::test]
async fn without_an_address_of_its_own_the_server_asserts_nothing() {
    let fixture = Fixture::with(Settings { has_public_url: false, ..Settings::default() });
    let token = fixture.register("alice").await;
    let reply = verify(&fixture, &token, "").await;
    assert_eq!((reply.status, reply.header("x-yaoshi-assertion")), (StatusCode::OK, ""));
    let metadata = fixture.get("/.well-known/oauth-authorization-server", "").await;
    metadata.assert_problem("no_public_url");
}

#[tokio::test]
async fn every_method_and_the_headers_of_gateways_are_taken_well() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let request = Request::builder()
            .method(method.clone())
            .uri("/v1/verify")
            .header("authorization", format!("Bearer {token}"))
            .header("x-forwarded-method", "DELETE")
            .header("x-forwarded-uri", "/orders?token=1%")
            .header("x-original-uri", "/orders")
            .header("x-yaoshi-user", "forged")
            .body("{".into())
            .unwrap();
        let reply = fixture.send_request(request).await;
        assert_eq!(reply.status, StatusCode::OK, "{method}");
        assert_ne!(reply.header("x-yaoshi-user"), "forged");
    }
}

#[tokio::test]
async fn a_token_is_good_refused_or_forbidden() {
    let fixture = Fixture::new();
    let refused = fixture.send(Method::GET, "/v1/verify", None, None).await;
    refused.assert_problem("missing_token");
    verify(&fixture, "no token", "").await.assert_problem("invalid_token");
    verify(&fixture, &format!("ys_{}", "x".repeat(43)), "").await.assert_problem("invalid_token");
    let token = fixture.register("alice").await;
    fixture.block_user(fixture.user_id(&token).await).await;
    verify(&fixture, &token, "").await.assert_problem("user_blocked");
}

#[tokio::test]
async fn a_server_that_cannot_tell_says_so() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    // The first key of assertions has yet to be made.
    fixture.store.start_failing();
    verify(&fixture, &token, "").await.assert_problem("store_unavailable");
}
