use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::fixture::{Fixture, Reply, signed, signed_of, unsigned_of, user_info};

async fn change(fixture: &Fixture, token: &str, body: Value) -> Reply {
    fixture.send(Method::PATCH, "/v1/me", Some(token), Some(body)).await
}

#[tokio::test]
async fn only_registered_sessions_have_a_user() {
    let fixture = Fixture::new();
    let unregistered = fixture.log_in("alice").await;
    fixture.get("/v1/me", &unregistered).await.assert_problem("not_registered");
    let token = fixture.register("alice").await;
    let reply = fixture.get("/v1/me", &token).await;
    assert_eq!(reply.status, StatusCode::OK);
    let fields: Vec<_> = reply.body.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = [
        "id",
        "nickname",
        "avatar_url",
        "gender",
        "language",
        "country",
        "province",
        "city",
        "created_at",
        "updated_at",
    ];
    expected.sort_unstable();
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn a_missing_field_keeps_its_value_and_null_clears_it() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let all = json!({
        "nickname": "小红", "avatar_url": "https://img.example.org/a.png", "gender": 2, "language": "zh_CN",
        "country": "中国", "province": "四川", "city": "成都",
    });
    let changed = change(&fixture, &token, all).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let emptied = change(&fixture, &token, json!({ "avatar_url": null, "gender": null, "city": null })).await;
    assert_eq!(emptied.body["nickname"], "小红");
    assert_eq!(emptied.body["province"], "四川");
    assert_eq!(emptied.body["avatar_url"], "");
    assert_eq!(emptied.body["gender"], 0);
    assert_eq!(emptied.body["city"], "");
    let me = fixture.get("/v1/me", &token).await;
    assert_eq!(me.body, emptied.body);
}

#[tokio::test]
async fn a_client_that_cannot_send_patch_posts() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let changed =
        fixture.send(Method::POST, "/v1/me", Some(&token), Some(json!({ "nickname": "小红" }))).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    assert_eq!(changed.body["nickname"], "小红");
    assert_eq!(fixture.get("/v1/me", &token).await.body, changed.body);
    fixture.send(Method::POST, "/v1/me", None, Some(json!({}))).await.assert_problem("missing_token");
}

#[tokio::test]
async fn an_unknown_field_is_named_and_nothing_changes() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let reply = change(&fixture, &token, json!({ "nickname": "小红", "nickName": "小明" })).await;
    reply.assert_problem("unknown_field");
    assert_eq!(reply.body["field"], "nickName");
    assert_eq!(fixture.get("/v1/me", &token).await.body["nickname"], "阿明 🌱");
}

#[tokio::test]
async fn all_wrong_fields_are_named_at_once() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let wrong =
        json!({ "nickname": "x".repeat(65), "avatar_url": "javascript:alert(1)", "gender": 3, "city": 7 });
    let reply = change(&fixture, &token, wrong).await;
    reply.assert_problem("invalid_field");
    assert_eq!(reply.body["field"], "nickname");
    let errors = reply.body["errors"].as_array().unwrap();
    let fields: Vec<_> = errors.iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["nickname", "avatar_url", "gender", "city"]);
}

#[tokio::test]
async fn a_gender_is_a_small_whole_number() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    for (gender, code) in [
        (json!(256), "invalid_field"),
        (json!(u64::MAX), "invalid_field"),
        (json!(-1), "wrong_type"),
        (json!(1.5), "wrong_type"),
        (json!("1"), "wrong_type"),
        (json!(true), "wrong_type"),
    ] {
        change(&fixture, &token, json!({ "gender": gender })).await.assert_problem(code);
    }
}

#[tokio::test]
async fn open_data_refreshes_the_profile_with_and_without_a_signature() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let signed = fixture.post("/v1/me/profile", &token, signed_of("alice", &user_info("新名字"))).await;
    assert_eq!(signed.status, StatusCode::OK, "{}", signed.body);
    assert_eq!(signed.body["nickname"], "新名字");
    let data = unsigned_of("alice", &user_info("又一个").plaintext());
    let unsigned = fixture.post("/v1/me/profile", &token, data).await;
    assert_eq!(unsigned.body["nickname"], "又一个");
}

#[tokio::test]
async fn an_unregistered_session_has_no_profile_to_change() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    change(&fixture, &token, json!({ "nickname": "小红" })).await.assert_problem("not_registered");
    fixture.post("/v1/me/profile", &token, signed("alice")).await.assert_problem("not_registered");
}

#[tokio::test]
async fn a_signature_of_another_user_says_collect_again() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    fixture.post("/v1/me/profile", &token, signed("bob")).await.assert_problem("signature_mismatch");
}
