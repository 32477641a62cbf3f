//! A code becomes a session.

use e2e::{Fixture, Phone};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use wechat_simulator::NewUser;

use e2e::APP_ID;

const ATTEMPT: &str = "attempt-of-one-login";

pub(crate) async fn an_unknown_user_gets_an_unregistered_session(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();

    let login = api.login(&fixture.phone().code()).send().await.expect(200);
    let body = login.json();
    assert_eq!(body["state"], "unregistered");
    assert_eq!(body["token_type"], "Bearer");
    assert!(login.token().starts_with("ys_"));
    assert!(login.text("/expires_at").ends_with('Z'));
    assert_eq!(body.get("user").filter(|user| !user.is_null()), None);

    let session = api.session(&login.token()).await.expect(200);
    assert_eq!(session.json()["state"], "unregistered");
    assert!(session.body.contains(&login.text("/session/id")));
    assert_eq!(fixture.exchanges(), 1);
}

pub(crate) async fn a_known_user_is_signed_in(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    let registered = api.login(&phone.code()).send().await.expect(200);
    let registered = api.register(&registered.token(), &phone.user_info()).send().await.expect(201);

    phone.rotate_key();
    let login = api.login(&phone.code()).send().await.expect(200);
    assert_eq!(login.json()["state"], "registered");
    assert_eq!(login.json()["user"], registered.json()["user"]);
    assert_ne!(login.token(), registered.token());
    // The earlier session stays valid.
    for token in [login.token(), registered.token()] {
        assert_eq!(api.me(&token).await.expect(200).text("/id"), registered.user_id());
    }
}

pub(crate) async fn a_login_can_be_repeated(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let code = fixture.phone().code();
    let mut tokens = Vec::new();
    for _ in 0..3 {
        tokens.push(api.login_with_key(&code, ATTEMPT).send().await.expect(200).token());
    }
    assert_eq!(fixture.exchanges(), 1);
    // The client repeats a login only if it got no response, so only the last token can be in use.
    let last = tokens.pop().unwrap();
    for unused in tokens {
        api.session(&unused).await.expect(401).expect_recover("session_revoked", "login_again");
    }
    api.session(&last).await.expect(200);
}

pub(crate) async fn a_used_token_survives_a_repeated_login(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    let code = phone.code();
    let login = api.login_with_key(&code, ATTEMPT).send().await.expect(200);
    // The registration replaces the token; the code still identifies the user.
    let registered = api.register(&login.token(), &phone.user_info()).send().await.expect(201);
    let again = api.login_with_key(&code, ATTEMPT).send().await.expect(200);
    assert_eq!(again.json()["state"], "registered");
    assert_eq!(again.user_id(), registered.user_id());
    for token in [again.token(), registered.token()] {
        api.me(&token).await.expect(200);
    }
    // After a logout, an old code does not log the user in again.
    api.delete("/v1/session").bearer(&again.token()).send().await.expect(204);
    let after_logout = api.login_with_key(&code, ATTEMPT).send().await;
    after_logout.expect(400).expect_recover("code_used", "login_again");
    assert_eq!(fixture.exchanges(), 1);
}

pub(crate) async fn a_code_works_once(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    let code = phone.code();
    api.login_with_key(&code, ATTEMPT).send().await.expect(200);
    let requests = [api.login(&code), api.login_with_key(&code, "attempt-of-another-client")];
    for request in requests {
        request.send().await.expect(400).expect_recover("code_used", "login_again");
    }
    let expired = phone.code();
    fixture.wechat.advance(301);
    for invalid in [&*expired, "never-issued"] {
        api.login(invalid).send().await.expect(400).expect_recover("invalid_code", "login_again");
    }
    api.login(&phone.code()).send().await.expect(200);
}

pub(crate) async fn openids_that_differ_in_case_or_whitespace_are_different_users(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let openids = ["oAbCdEf-0123456789", "oabcdef-0123456789", "oAbCdEf-0123456789 ", "oÀbCdEf-0123456789"];
    let mut users = BTreeSet::new();
    let mut tokens = BTreeMap::new();
    for openid in openids {
        let phone = fixture.phone_of(NewUser {
            nickname: Some(openid.trim().to_owned()),
            openids: BTreeMap::from([(APP_ID.to_owned(), openid.to_owned())]),
            ..NewUser::default()
        });
        let login = api.login(&phone.code()).send().await.expect(200);
        assert_eq!(login.json()["state"], "unregistered", "{openid:?}");
        let registered = api.register(&login.token(), &phone.user_info()).send().await.expect(201);
        assert!(users.insert(registered.user_id()), "{openid:?} shares a user with another openid");
        tokens.insert(registered.token(), (phone, registered.user_id()));
    }
    for (token, (phone, user_id)) in tokens {
        assert_eq!(api.me(&token).await.expect(200).text("/id"), user_id);
        assert_eq!(log_in_known_user(&phone, api).await, user_id);
    }
}

async fn log_in_known_user(phone: &Phone, api: &e2e::Api) -> String {
    api.login(&phone.code()).send().await.expect(200).user_id()
}

pub(crate) async fn with_silent_registration_the_first_login_registers(fixture: &Fixture) {
    let server = fixture.server_with(&[("YAOSHI_APP__REGISTRATION", "silent")]).await;
    let api = server.api();
    let phone = fixture.phone();
    let login = api.login(&phone.code()).send().await.expect(200);
    assert_eq!(login.json()["state"], "registered");
    let me = api.me(&login.token()).await.expect(200);
    assert_eq!((me.text("/id"), me.text("/nickname")), (login.user_id(), String::new()));
    assert_eq!(log_in_known_user(&phone, api).await, login.user_id());

    let named = api.patch("/v1/me", &json!({ "nickname": "阿静" })).bearer(&login.token()).send().await;
    assert_eq!(named.expect(200).text("/nickname"), "阿静");
    // A client that does not know the policy can still register, which creates no second user.
    let registered = api.register(&login.token(), &phone.user_info()).send().await.expect(200);
    assert_eq!(registered.user_id(), login.user_id());
}

pub(crate) async fn an_invalid_login_request_is_rejected(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let long = "x".repeat(129);
    let cases: [(Value, &str, &str); 8] = [
        (json!({ "code": "c" }), "missing_field", "app_id"),
        (json!({ "app_id": APP_ID }), "missing_field", "code"),
        (json!({ "app_id": APP_ID, "code": null }), "missing_field", "code"),
        (json!({ "app_id": APP_ID, "code": 5 }), "wrong_type", "code"),
        (json!({ "app_id": APP_ID, "code": "" }), "invalid_field", "code"),
        (json!({ "app_id": APP_ID, "code": long }), "invalid_field", "code"),
        (json!({ "app_id": APP_ID, "code": "with space" }), "invalid_field", "code"),
        (json!({ "app_id": "wx0000000000000000", "code": "c" }), "unknown_app", "app_id"),
    ];
    for (body, code, field) in cases {
        let problem = api.post("/v1/login", &body).send().await.expect_problem(422);
        assert_eq!((&*problem.code, &*problem.recover), (code, "fix_request"), "{body}");
        assert_eq!(problem.field.as_deref(), Some(field), "{body}");
    }
    let request = api.request(Method::POST, "/v1/login").json(&json!({ "app_id": APP_ID, "code": "c" }));
    let short_key = request.header("idempotency-key", "short").send().await.expect_problem(422);
    assert_eq!((&*short_key.code, &*short_key.recover), ("invalid_field", "fix_request"));
    assert_eq!(fixture.exchanges(), 0);
}
