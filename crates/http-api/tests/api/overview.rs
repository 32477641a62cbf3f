//! The overview of the admin API.

use domain::{login::ExchangeError, operator::Role};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::fixture::{Admin, Fixture, Reply, signed};

async fn overview(fixture: &Fixture, query: &str) -> Reply {
    let admin = Admin::of(fixture);
    let cookie = admin.signed_in("viewer", Role::Viewer).await;
    admin.send(Method::GET, &format!("/admin/v1/overview{query}"), Some(&cookie), None).await
}

fn steps(overview: &Value) -> Value {
    let hours = overview["hours"].as_array().unwrap();
    assert_eq!(hours.len(), 1, "{hours:?}");
    let of = |step: &str| hours[0][step].clone();
    json!([of("codes"), of("exchanged"), of("sessions"), of("registered")])
}

#[tokio::test]
async fn logins_are_counted_step_by_step() {
    let fixture = Fixture::new();
    let token = fixture.log_in("bob").await;
    fixture.register("alice").await;
    fixture.log_in("alice").await;
    let reply = fixture.post("/v1/register", &token, signed("alice")).await;
    reply.assert_problem("signature_mismatch");
    fixture.write_counts().await;
    let reply = overview(&fixture, "").await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    // Bob, Alice before she registered, and after that.
    assert_eq!(steps(&reply.body), json!([3, 3, 3, 2]));
    let failure = &reply.body["failures"][0];
    assert_eq!((&failure["code"], &failure["count"]), (&json!("signature_mismatch"), &json!(1)));
    for advice in ["advice", "advice_zh"] {
        assert!(!failure[advice].as_str().unwrap().is_empty(), "{failure}");
    }
    assert_eq!(reply.body.get("live_sessions"), None);
    fixture.live_sessions.execute().await.unwrap();
    let admin = Admin::of(&fixture);
    let cookie = admin.signed_in("operator", Role::Operator).await;
    let reply = admin.send(Method::GET, "/admin/v1/overview", Some(&cookie), None).await;
    assert_eq!(reply.body["live_sessions"]["count"], 3, "{}", reply.body);
}

#[tokio::test]
async fn a_login_that_fails_comes_so_far() {
    let fixture = Fixture::with_exchange_error(ExchangeError::InvalidCode);
    fixture.login("alice").await.assert_problem("invalid_code");
    let body = json!({ "app_id": "wxunknown", "code": "alice" });
    fixture.send(Method::POST, "/v1/login", None, Some(body)).await.assert_problem("unknown_app");
    fixture.write_counts().await;
    let reply = overview(&fixture, "?hours=1").await;
    assert_eq!(steps(&reply.body), json!([1, 0, 0, 0]));
    let failures = reply.body["failures"].as_array().unwrap();
    let of_app =
        |code: &str| failures.iter().find(|failure| failure["code"] == code).unwrap()["app_id"].is_null();
    assert!(!of_app("invalid_code") && of_app("unknown_app"), "{failures:?}");
}

#[tokio::test]
async fn wechat_is_shown_app_by_app() {
    let fixture = Fixture::new();
    let reply = overview(&fixture, "").await;
    let wechat = &reply.body["wechat"];
    assert_eq!(wechat["endpoints"], json!([{ "endpoint": "code2session", "breaker": "half_open" }]));
    let app = &wechat["apps"][0];
    assert_eq!(app["pauses"][0]["errcode"], 45_009, "{app}");
    assert_eq!(app["pauses"][1].get("errcode"), None, "{app}");
    assert_eq!(app["forced_refreshes_left"], 15);
    assert_eq!(app["errcodes"], json!([]));
    assert!(
        app["access_token"]["obtained_at"].as_str() < app["access_token"]["expires_at"].as_str(),
        "{app}"
    );
}

#[tokio::test]
async fn a_week_is_the_most() {
    for hours in ["1", "168"] {
        assert_eq!(overview(&Fixture::new(), &format!("?hours={hours}")).await.status, StatusCode::OK);
    }
    for hours in ["0", "169", "-1", "x", "1.5", "99999999999999999999"] {
        overview(&Fixture::new(), &format!("?hours={hours}")).await.assert_problem("invalid_field");
    }
}
