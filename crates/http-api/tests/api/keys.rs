//! Keys in the admin API.

use domain::operator::{Role, SecondFactor};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::fixture::{Admin, Fixture};

/// What is shown once the work is done.
async fn settled(admin: &Admin, cookie: &str) -> Value {
    loop {
        let reply = admin.send(Method::GET, "/admin/v1/keys", Some(cookie), None).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
        if reply.body["work"]["state"] != "running" {
            return reply.body;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn rows_are_counted_by_master_key() {
    let fixture = Fixture::new();
    let admin = Admin::of(&fixture);
    fixture.register("alice").await;
    fixture.log_in("bob").await;
    admin.add("wang", Role::Operator, SecondFactor::Totp).await;
    let cookie = admin.signed_in("viewer", Role::Viewer).await;
    let keys = settled(&admin, &cookie).await;
    let sealed = json!({ "session_keys": 2, "phones": 0, "signing_keys": 0, "operators": 1, "pushes": 0 });
    assert_eq!(keys["master_keys"], json!([{ "id": "plain", "state": "newest", "sealed": sealed }]));
    assert!(keys["counted_at"].is_string(), "{keys}");
    let work = &keys["work"];
    assert_eq!((&work["kind"], &work["done"], &work["total"]), (&json!("count"), &json!(3), &json!(3)));
    assert_eq!(work.get("started_by"), None);
}

#[tokio::test]
async fn an_operator_has_everything_sealed_anew() {
    let fixture = Fixture::new();
    let admin = Admin::of(&fixture);
    fixture.register("alice").await;
    let cookie = admin.signed_in("li", Role::Operator).await;
    let reply = admin.send(Method::POST, "/admin/v1/keys/reseal", Some(&cookie), None).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.body);
    assert_eq!(reply.body["work"]["kind"], "reseal");
    let work = &settled(&admin, &cookie).await["work"];
    assert_eq!((&work["state"], &work["started_by"]), (&json!("done"), &json!("li")));
    let reply = admin.send(Method::GET, "/admin/v1/events?kind=resealing_started", Some(&cookie), None).await;
    assert_eq!(reply.body["items"][0]["by"], "operator:li", "{}", reply.body);
}
