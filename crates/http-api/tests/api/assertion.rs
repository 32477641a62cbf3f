use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::fixture::{Fixture, Reply};

async fn keys(fixture: &Fixture) -> Reply {
    fixture.send(Method::GET, "/.well-known/jwks.json", None, None).await
}

#[tokio::test]
async fn the_key_of_an_assertion_is_published() {
    let fixture = Fixture::new();
    assert_eq!(keys(&fixture).await.body, json!({ "keys": [] }));
    let token = fixture.register("alice").await;
    let verified = fixture.get("/v1/verify", &token).await;
    let assertion = verified.header("x-yaoshi-assertion");
    let reply = keys(&fixture).await;
    assert_eq!((reply.status, reply.header("cache-control")), (StatusCode::OK, "public, max-age=3600"));
    let [key] = &reply.body["keys"].as_array().unwrap()[..] else { panic!("{}", reply.body) };
    let zeros = "A".repeat(43);
    let mut expected = json!({
        "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "x": zeros, "y": zeros,
    });
    expected["kid"] = key["kid"].clone();
    assert_eq!(*key, expected);
    let header = assertion.split('.').next().unwrap();
    let header = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, header).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&header).unwrap()["kid"], key["kid"]);
}
