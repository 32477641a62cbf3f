//! The profile of a user.

use e2e::Fixture;
use serde_json::{Value, json};
use wechat_simulator::NewUser;

pub(crate) async fn a_user_changes_their_profile(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    let token = api.sign_up(&phone).await;
    let before = api.me(&token).await.expect(200).json();
    let change = json!({ "nickname": "阿静 🍵", "avatar_url": "https://cdn.example/a.png", "gender": 2 });
    let changed = api.patch("/v1/me", &change).bearer(&token).send().await.expect(200).json();
    for (name, value) in change.as_object().unwrap() {
        assert_eq!(&changed[name], value, "{name}");
    }
    assert_eq!(changed["city"], before["city"]);
    assert_eq!(changed["id"], before["id"]);
    assert_eq!(api.me(&token).await.expect(200).json(), changed);
    // The next login returns the changed profile.
    let login = api.login(&phone.code()).send().await.expect(200);
    assert_eq!(login.json()["user"], changed);
}

pub(crate) async fn unregistered_users_are_sent_to_registration(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    let token = api.login(&phone.code()).send().await.expect(200).token();
    let requests = [
        api.get("/v1/me"),
        api.patch("/v1/me", &json!({ "nickname": "阿静" })),
        api.post("/v1/me/profile", &phone.user_info().to_json()),
    ];
    for request in requests {
        request.bearer(&token).send().await.expect(403).expect_recover("not_registered", "register");
    }
    let registered = api.register(&token, &phone.user_info()).send().await.expect(201);
    api.me(&registered.token()).await.expect(200);
}

pub(crate) async fn open_data_refreshes_the_profile(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone_of(NewUser { city: Some("Harbin".to_owned()), ..NewUser::default() });
    let token = api.sign_up(&phone).await;
    let typed = json!({ "nickname": "typed in", "city": "typed in" });
    api.patch("/v1/me", &typed).bearer(&token).send().await.expect(200);

    // Anonymous data has no profile, and clears no field.
    let anonymous = phone.anonymous_user_info().to_json();
    let kept = api.post("/v1/me/profile", &anonymous).bearer(&token).send().await.expect(200);
    assert_eq!((kept.text("/nickname"), kept.text("/city")), ("typed in".into(), "typed in".into()));

    for data in [phone.user_info(), phone.user_info().unsigned()] {
        api.patch("/v1/me", &typed).bearer(&token).send().await.expect(200);
        let refreshed = api.post("/v1/me/profile", &data.to_json()).bearer(&token).send().await.expect(200);
        assert_eq!(refreshed.text("/city"), "Harbin");
        assert_ne!(refreshed.text("/nickname"), "typed in");
        assert_eq!(api.me(&token).await.expect(200).json(), refreshed.json());
    }

    phone.rotate_key();
    let unknown_key = phone.user_info();
    let refused = api.post("/v1/me/profile", &unknown_key.to_json()).bearer(&token).send().await;
    refused.expect(422).expect_recover("signature_mismatch", "collect_again");
    api.login(&phone.code()).send().await.expect(200);
    // The login has fetched the key, which the earlier session can use, too.
    api.post("/v1/me/profile", &unknown_key.to_json()).bearer(&token).send().await.expect(200);
}

pub(crate) async fn an_invalid_change_is_rejected(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let token = api.sign_up(&fixture.phone()).await;
    let cases: [(&str, Value, &str); 6] = [
        ("nickname", json!("x".repeat(65)), "invalid_field"),
        ("nickname", json!("line\nbreak"), "invalid_field"),
        ("nickname", json!(7), "wrong_type"),
        ("avatar_url", json!("javascript:alert(1)"), "invalid_field"),
        ("gender", json!(3), "invalid_field"),
        ("gender", json!("2"), "wrong_type"),
    ];
    let before = api.me(&token).await.expect(200).json();
    for (field, value, code) in cases {
        let mut body = json!({ "city": "Harbin" });
        body[field] = value;
        let problem = api.patch("/v1/me", &body).bearer(&token).send().await.expect_problem(422);
        assert_eq!((&*problem.code, &*problem.recover), (code, "fix_request"), "{body}");
        assert_eq!(problem.field.as_deref(), Some(field), "{body}");
    }
    assert_eq!(api.me(&token).await.expect(200).json(), before);
}
