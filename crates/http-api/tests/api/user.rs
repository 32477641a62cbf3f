use base64::{Engine, engine::general_purpose::STANDARD};
use http::{Method, StatusCode};
use serde_json::json;

use crate::fixture::{APP_ID, Fixture, Reply, SERVICE, SERVICE_SECRET};

async fn ask(fixture: &Fixture, credentials: &str, rest: &str) -> Reply {
    fixture.send(Method::GET, &format!("/service/v1/users{rest}"), Some(credentials), None).await
}

#[tokio::test]
async fn a_user_is_found_by_id_and_by_openid() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let me = fixture.get("/v1/me", &token).await.body;
    let id = me["id"].as_str().unwrap();
    let by_id = ask(&fixture, SERVICE, &format!("/{id}")).await;
    assert_eq!(by_id.status, StatusCode::OK);
    assert_eq!((&by_id.body["status"], &by_id.body["user"]), (&json!("active"), &me));
    assert_eq!(by_id.body.get("phone"), None);
    let identity = &by_id.body["identities"][0];
    assert_eq!((&identity["app_id"], &identity["openid"]), (&json!(APP_ID), &json!("alice")));

    fixture.send(Method::PUT, "/v1/me/phone", Some(&token), Some(json!({ "code": "13800138000" }))).await;
    let phone = fixture.get("/v1/me/phone", &token).await.body;
    let by_openid = ask(&fixture, SERVICE, &format!("?app_id={APP_ID}&openid=alice")).await;
    assert_eq!(by_openid.body["user"]["id"], me["id"]);
    assert_eq!(by_openid.body["phone"], phone);
}

#[tokio::test]
async fn who_is_no_user_is_not_found() {
    let fixture = Fixture::new();
    fixture.log_in("alice").await;
    for rest in [
        "/0193b1f0-0000-7000-8000-000000000000".to_owned(),
        format!("?app_id={APP_ID}&openid=alice"),
        format!("?app_id={APP_ID}&openid=nobody"),
    ] {
        ask(&fixture, SERVICE, &rest).await.assert_problem("no_such_user");
    }
    ask(&fixture, SERVICE, "/nobody").await.assert_problem("invalid_field");
    ask(&fixture, SERVICE, "").await.assert_problem("missing_field");
    ask(&fixture, SERVICE, "?openid=alice").await.assert_problem("missing_field");
}

#[tokio::test]
async fn a_service_needs_the_scope_and_the_app() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let id = fixture.user_id(&token).await;
    let basic = |id: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{SERVICE_SECRET}")));
    ask(&fixture, &basic("mail"), &format!("/{id}")).await.assert_problem("missing_scope");
    ask(&fixture, &basic("other"), &format!("/{id}")).await.assert_problem("no_such_user");
    let by_openid = format!("?app_id={APP_ID}&openid=alice");
    ask(&fixture, &basic("other"), &by_openid).await.assert_problem("service_app_refused");
}
