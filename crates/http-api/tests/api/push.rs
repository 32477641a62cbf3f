use axum::body::Body;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::fixture::{APP_ID, Fixture, NOW, PUSH_TOKEN, Reply, request};

const UNSIGNED: &str = "signature=another";

fn path(app: &str, query: &str) -> String {
    format!("/wechat/push/{app}?{query}")
}

fn signed() -> String {
    format!("signature={PUSH_TOKEN}&timestamp=1&nonce=2")
}

async fn push(fixture: &Fixture, query: &str, body: Value) -> Reply {
    fixture.send(Method::POST, &path(APP_ID, query), None, Some(body)).await
}

/// An event that was made now.
fn event(event: &str, openid: &str) -> Value {
    let seconds = NOW.as_millis() / 1_000;
    json!({ "MsgType": "event", "Event": event, "CreateTime": seconds, "OpenID": openid, "RevokeInfo": "19" })
}

#[tokio::test]
async fn wechat_verifies_the_url() {
    let fixture = Fixture::new();
    let verify = async |app, query: &str| fixture.send(Method::GET, &path(app, query), None, None).await;
    let reply = verify(APP_ID, &format!("{}&echostr=%3Cb%3E5927%2B", signed())).await;
    assert_eq!((reply.status, &*reply.bytes), (StatusCode::OK, &b"<b>5927+"[..]));
    assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    verify(APP_ID, &format!("{UNSIGNED}&echostr=5927")).await.assert_problem("push_refused");
    verify(APP_ID, "").await.assert_problem("push_refused");
    verify("wx0000000000000000", &signed()).await.assert_problem("unknown_app");
    verify("%FF", &signed()).await.assert_problem("invalid_field");
}

#[tokio::test]
async fn a_push_changes_what_it_says_once() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    assert_ne!(fixture.get("/v1/me", &token).await.body["nickname"], "");
    for _ in 0..2 {
        let reply = push(&fixture, &signed(), event("user_authorization_revoke", "alice")).await;
        assert_eq!((reply.status, &*reply.bytes), (StatusCode::OK, &b"success"[..]));
        assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
    }
    assert_eq!(fixture.get("/v1/me", &token).await.body["nickname"], "");
    let export = fixture.get("/v1/me/export", &token).await;
    let events = export.body["events"].as_array().unwrap();
    let by_wechat: Vec<_> = events.iter().filter(|event| event["by"] == "wechat").collect();
    assert_eq!(by_wechat.len(), 2, "{events:?}");
    assert_eq!(export.body["pushes"][0]["event"], "user_authorization_revoke");
    assert_eq!(export.body["pushes"][0]["message"]["OpenID"], "alice");
    assert_eq!(export.body["pushes"][1], Value::Null);
}

#[tokio::test]
async fn who_deletes_the_wechat_account_has_no_session_any_more() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    push(&fixture, &signed(), event("user_authorization_cancellation", "alice")).await;
    fixture.get("/v1/me", &token).await.assert_problem("invalid_token");
}

#[tokio::test]
async fn what_is_not_wechats_is_refused_and_changes_nothing() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let cancellation = event("user_authorization_cancellation", "alice");
    push(&fixture, UNSIGNED, cancellation.clone()).await.assert_problem("push_refused");
    push(&fixture, "", cancellation.clone()).await.assert_problem("push_refused");
    push(&fixture, &signed(), json!({})).await.assert_problem("push_refused");
    push(&fixture, &signed(), json!([])).await.assert_problem("push_refused");
    let other = fixture.send(Method::POST, &path("wxother", &signed()), None, Some(cancellation)).await;
    other.assert_problem("unknown_app");
    let empty = fixture.send(Method::POST, &path(APP_ID, &signed()), None, None).await;
    empty.assert_problem("push_refused");
    let old = json!({ "Event": "user_info_modified", "CreateTime": 1, "OpenID": "alice" });
    push(&fixture, &signed(), old).await.assert_problem("push_too_old");
    assert_eq!(fixture.get("/v1/me", &token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_media_type_does_not_matter() {
    let fixture = Fixture::new();
    for media_type in ["text/xml", "application/json", "application/octet-stream"] {
        let body = Body::from(event("wxa_media_check", media_type).to_string());
        let mut request = request(Method::POST, &path(APP_ID, &signed()), None, None).map(|_| body);
        request.headers_mut().insert("content-type", media_type.parse().unwrap());
        let request: Request<Body> = request;
        assert_eq!(fixture.send_request(request).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_payment_is_not_acknowledged_for_a_back_end() {
    let fixture = Fixture::new();
    for _ in 0..2 {
        let paid = json!({ "Event": "xpay_goods_deliver_notify", "OpenId": "alice", "OutTradeNo": "A1" });
        push(&fixture, &signed(), paid).await.assert_problem("push_unanswered");
    }
}

#[tokio::test]
async fn the_back_end_says_what_wechat_is_told() {
    let fixture = Fixture::new();
    for (event, back_end, told) in [
        ("xpay_goods_deliver_notify", "success", "success"),
        ("wxa_media_check", "", "success"),
        ("xpay_subscribe_ios_refund_query_notify", "<xml>yes</xml>", "<xml>yes</xml>"),
    ] {
        let message = json!({ "Event": event, "OpenId": "alice", "BackEnd": back_end });
        for _ in 0..2 {
            let reply = push(&fixture, &signed(), message.clone()).await;
            assert_eq!((reply.status, &*reply.bytes), (StatusCode::OK, told.as_bytes()));
            assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
            assert_eq!(reply.header("x-content-type-options"), "nosniff");
        }
    }
    let unsure = json!({ "Event": "xpay_goods_deliver_notify", "OpenId": "alice", "BackEnd": "OK" });
    push(&fixture, &signed(), unsure).await.assert_problem("push_unanswered");
}
