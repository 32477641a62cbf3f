use domain::app::RegistrationMethod;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::fixture::{Fixture, Reply, Settings, request, signed};

const NUMBER: &str = "13800138000";
const LOGIN_CODE: &str = "0e3mZS000xSTQS1ZIQ300Gu9P62mZS0q";
const PHONE_CODE: &str = "e31968a7f94cc5ee25fafc2aef2773f0bb8c3937b22520eb8ee345274d00c144";

async fn bind(fixture: &Fixture, token: &str, body: Value) -> Reply {
    fixture.send(Method::PUT, "/v1/me/phone", Some(token), Some(body)).await
}

async fn unbind(fixture: &Fixture, token: &str) -> Reply {
    fixture.send(Method::DELETE, "/v1/me/phone", Some(token), None).await
}

async fn register(fixture: &Fixture, token: &str, code: &str) -> Reply {
    fixture.post("/v1/register", token, json!({ "phone_code": code })).await
}

#[tokio::test]
async fn a_number_is_bound_shown_and_removed() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    fixture.get("/v1/me/phone", &token).await.assert_problem("no_phone");
    let bound = bind(&fixture, &token, json!({ "code": NUMBER })).await;
    assert_eq!(bound.status, StatusCode::OK);
    let body = json!({ "phone": "+8613800138000", "bound_at": "2026-01-01T00:00:00.000Z" });
    assert_eq!(bound.body, body);
    assert_eq!(fixture.get("/v1/me/phone", &token).await.body, body);
    for _ in 0..2 {
        assert_eq!(unbind(&fixture, &token).await.status, StatusCode::NO_CONTENT);
        fixture.get("/v1/me/phone", &token).await.assert_problem("no_phone");
    }
}

#[tokio::test]
async fn a_number_is_one_users_until_it_is_removed() {
    let fixture = Fixture::new();
    let (alice, bob) = (fixture.register("alice").await, fixture.register("bob").await);
    bind(&fixture, &alice, json!({ "code": NUMBER })).await;
    bind(&fixture, &bob, json!({ "code": NUMBER })).await.assert_problem("phone_taken");
    let carol = fixture.log_in("carol").await;
    register(&fixture, &carol, NUMBER).await.assert_problem("phone_taken");
    unbind(&fixture, &alice).await;
    assert_eq!(bind(&fixture, &bob, json!({ "code": NUMBER })).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_number_registers_a_user() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let registered = register(&fixture, &token, NUMBER).await;
    assert_eq!(registered.status, StatusCode::CREATED);
    assert_eq!(registered.body["user"]["nickname"], "");
    let renewed = registered.text("/token");
    assert_eq!(fixture.get("/v1/me/phone", &renewed).await.body["phone"], "+8613800138000");
    let again = register(&fixture, &token, NUMBER).await;
    assert_eq!((again.status, again.text("/token")), (StatusCode::OK, renewed.clone()));
    let known = register(&fixture, &renewed, NUMBER).await;
    assert_eq!((known.status, known.text("/token")), (StatusCode::OK, renewed));
    let foreign = register(&fixture, &token, "13900139000").await;
    foreign.assert_problem("session_revoked");
}

#[tokio::test]
async fn a_code_of_the_other_kind_is_told() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    bind(&fixture, &token, json!({ "code": LOGIN_CODE })).await.assert_problem("login_code_given");
    bind(&fixture, &token, json!({ "code": PHONE_CODE })).await.assert_problem("invalid_phone_code");
    let stranger = fixture.log_in("bob").await;
    register(&fixture, &stranger, LOGIN_CODE).await.assert_problem("login_code_given");
}

#[tokio::test]
async fn bodies_that_name_no_code_are_refused() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    bind(&fixture, &token, json!({})).await.assert_problem("missing_field");
    bind(&fixture, &token, json!({ "code": 7 })).await.assert_problem("wrong_type");
    bind(&fixture, &token, json!({ "code": "a b" })).await.assert_problem("invalid_field");
    let encrypted = json!({ "encrypted_data": "AAAA", "iv": "AAAA" });
    bind(&fixture, &token, encrypted).await.assert_problem("encrypted_phone_refused");
    let mut both = signed("bob");
    both["phone_code"] = json!(NUMBER);
    let stranger = fixture.log_in("bob").await;
    let mixed = fixture.post("/v1/register", &stranger, both).await;
    mixed.assert_problem("invalid_field");
    assert_eq!(mixed.body["field"], "raw_data");
}

#[tokio::test]
async fn strangers_have_no_number() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    fixture.get("/v1/me/phone", &token).await.assert_problem("not_registered");
    bind(&fixture, &token, json!({ "code": NUMBER })).await.assert_problem("not_registered");
    unbind(&fixture, &token).await.assert_problem("not_registered");
}

#[tokio::test]
async fn a_repetition_has_to_have_the_same_idempotency_key() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let send = async |key: &str| {
        let body = Some(json!({ "code": NUMBER }));
        let mut request = request(Method::PUT, "/v1/me/phone", Some(&token), body);
        request.headers_mut().insert("idempotency-key", key.parse().unwrap());
        fixture.send_request(request).await
    };
    assert_eq!(send("the-first-tap").await.status, StatusCode::OK);
    assert_eq!(send("the-first-tap").await.status, StatusCode::OK);
    send("the-second-tap").await.assert_problem("phone_code_used");
    let invalid = send("short").await;
    invalid.assert_problem("invalid_field");
}

#[tokio::test]
async fn without_an_index_key_no_numbers_are_kept() {
    let fixture = Fixture::with(Settings { has_index_key: false, ..Settings::default() });
    let token = fixture.register("alice").await;
    bind(&fixture, &token, json!({ "code": NUMBER })).await.assert_problem("phone_unavailable");
    let stranger = fixture.log_in("bob").await;
    register(&fixture, &stranger, NUMBER).await.assert_problem("phone_unavailable");
}

#[tokio::test]
async fn apps_say_how_their_users_register() {
    let fixture =
        Fixture::with(Settings { registration: vec![RegistrationMethod::Phone], ..Settings::default() });
    let token = fixture.log_in("alice").await;
    let refused = fixture.post("/v1/register", &token, signed("alice")).await;
    refused.assert_problem("registration_not_allowed");
    assert_eq!(register(&fixture, &token, NUMBER).await.status, StatusCode::CREATED);
}
