//! An unregistered session becomes a user.

use e2e::{Api, Fixture, OpenData, Phone};
use serde_json::{Value, json};
use wechat_simulator::NewUser;

/// Logs in a user who is not registered, and returns the token.
async fn log_in_unregistered(api: &Api, phone: &Phone) -> String {
    let login = api.login(&phone.code()).send().await.expect(200);
    assert_eq!(login.json()["state"], "unregistered");
    login.token()
}

pub(crate) async fn registration_after_a_login_succeeds_at_the_first_attempt(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone_of(NewUser {
        nickname: Some("林小雨".to_owned()),
        avatar_url: Some("https://thirdwx.qlogo.cn/mmopen/rain/132".to_owned()),
        gender: Some(2),
        city: Some("Shenzhen".to_owned()),
        province: Some("Guangdong".to_owned()),
        country: Some("China".to_owned()),
        language: Some("zh_CN".to_owned()),
        ..NewUser::default()
    });
    let token = log_in_unregistered(api, &phone).await;
    let registered = api.register(&token, &phone.user_info()).send().await.expect(201);
    let user = &registered.json()["user"];
    let expected = json!({
        "nickname": "林小雨",
        "avatar_url": "https://thirdwx.qlogo.cn/mmopen/rain/132",
        "gender": 2,
        "city": "Shenzhen",
        "province": "Guangdong",
        "country": "China",
        "language": "zh_CN",
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&user[name], value, "{name}");
    }
    assert!(registered.text("/expires_at").ends_with('Z'));

    assert_ne!(registered.token(), token);
    api.session(&token).await.expect(401).expect_recover("session_revoked", "login_again");
    let session = api.session(&registered.token()).await.expect(200);
    assert_eq!(session.json()["state"], "registered");
    assert_eq!(session.user_id(), registered.user_id());
    assert_eq!(&api.me(&registered.token()).await.expect(200).json(), user);
    assert_eq!(fixture.exchanges(), 1);
}

pub(crate) async fn data_signed_with_the_previous_key_registers_at_the_first_attempt(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    let first = log_in_unregistered(api, &phone).await;
    let under_the_first_key = phone.user_info();
    // The user taps again: a new code and a new key.
    phone.rotate_key();
    let second = log_in_unregistered(api, &phone).await;
    let registered = api.register(&second, &under_the_first_key).send().await.expect(201);
    // The earlier session can register, too.
    let known = api.register(&first, &phone.user_info()).send().await.expect(200);
    assert_eq!(known.user_id(), registered.user_id());
}

pub(crate) async fn data_signed_with_an_unknown_key_is_collected_again(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    let collected_too_early = phone.user_info();
    phone.rotate_key();
    let token = log_in_unregistered(api, &phone).await;
    for _ in 0..2 {
        let refused = api.register(&token, &collected_too_early).send().await.expect(422);
        refused.expect_recover("signature_mismatch", "collect_again");
    }
    api.register(&token, &phone.user_info()).send().await.expect(201);
    assert_eq!(fixture.exchanges(), 1);
}

pub(crate) async fn the_order_trap_costs_one_more_collection_and_no_login(fixture: &Fixture) {
    // The simulator's clock will be ahead of the server's.
    let server = fixture.server_with(&[("YAOSHI_SESSION__FRESHNESS", "10m")]).await;
    let api = server.api();
    let phone = fixture.phone();
    // As in common tutorials, the client collects the data first, and calls wx.login in the callback. The previous
    // wx.login is long ago, so this one rotates the key.
    phone.code();
    fixture.wechat.advance(301);
    let collected = phone.user_info();
    let token = log_in_unregistered(api, &phone).await;
    let refused = api.register(&token, &collected).send().await.expect(422);
    refused.expect_recover("signature_mismatch", "collect_again");
    // The client repeats wx.getUserInfo, but needs no wx.login and no new session.
    let registered = api.register(&token, &phone.user_info()).send().await.expect(201);
    api.me(&registered.token()).await.expect(200);
    assert_eq!(fixture.exchanges(), 1);
}

pub(crate) async fn without_a_grace_window_the_previous_key_is_rejected(fixture: &Fixture) {
    let server = fixture.server_with(&[("YAOSHI_SESSION__KEY_GRACE", "0s")]).await;
    let api = server.api();
    let phone = fixture.phone();
    let token = log_in_unregistered(api, &phone).await;
    let under_the_first_key = phone.user_info();
    phone.rotate_key();
    log_in_unregistered(api, &phone).await;
    let refused = api.register(&token, &under_the_first_key).send().await.expect(422);
    refused.expect_recover("signature_mismatch", "collect_again");
    api.register(&token, &phone.user_info()).send().await.expect(201);
}

pub(crate) async fn a_registration_repeated_with_either_token_has_the_same_response(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    let old = log_in_unregistered(api, &phone).await;
    let registered = api.register(&old, &phone.user_info()).send().await.expect(201);
    let new = registered.token();
    for token in [&old, &new] {
        let again = api.register(token, &phone.user_info()).send().await.expect(200);
        assert_eq!((again.user_id(), again.token()), (registered.user_id(), new.clone()));
    }
    // With an invalid signature, the old token is refused.
    let forged = OpenData { signed: Some(("{}".to_owned(), "0".repeat(40))), ..phone.user_info() };
    api.register(&old, &forged)
        .send()
        .await
        .expect(422)
        .expect_recover("signature_mismatch", "collect_again");
    api.me(&old).await.expect(401).expect_recover("session_revoked", "login_again");
}

pub(crate) async fn stale_data_is_collected_again(fixture: &Fixture) {
    let server = fixture.server_with(&[("YAOSHI_SESSION__FRESHNESS", "60s")]).await;
    let api = server.api();
    let phone = fixture.phone();
    let token = log_in_unregistered(api, &phone).await;
    let fresh = phone.user_info();
    // WeChat's clock is ahead: its watermarks are in the server's future.
    fixture.wechat.advance(120);
    let refused = api.register(&token, &phone.user_info()).send().await.expect(422);
    refused.expect_recover("stale_data", "collect_again");
    api.register(&token, &fresh).send().await.expect(201);
}

pub(crate) async fn anonymous_data_registers_a_user(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    let token = log_in_unregistered(api, &phone).await;
    let registered = api.register(&token, &phone.anonymous_user_info()).send().await.expect(201);
    assert_eq!(registered.text("/user/nickname"), "微信用户");
}

pub(crate) async fn an_invalid_registration_request_is_rejected(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    let token = log_in_unregistered(api, &phone).await;
    let valid = phone.user_info().to_json();
    let changes: [(&str, Value, &str); 9] = [
        ("raw_data", Value::Null, "missing_field"),
        ("signature", Value::Null, "missing_field"),
        ("encrypted_data", Value::Null, "missing_field"),
        ("iv", Value::Null, "missing_field"),
        ("iv", json!("AAAA"), "invalid_field"),
        ("iv", json!({}), "wrong_type"),
        ("signature", json!("xyz"), "invalid_field"),
        ("encrypted_data", json!("with space+/=="), "invalid_field"),
        ("raw_data", json!(["not", "a", "string"]), "wrong_type"),
    ];
    for (field, value, code) in changes {
        let mut body = valid.clone();
        body[field] = value;
        let response = api.post("/v1/register", &body).bearer(&token).send().await;
        let problem = response.expect_problem(422);
        assert_eq!((&*problem.code, &*problem.recover), (code, "fix_request"), "{body}");
        assert_eq!(problem.field.as_deref(), Some(field), "{body}");
    }
    api.post("/v1/register", &valid).bearer(&token).send().await.expect(201);
}
