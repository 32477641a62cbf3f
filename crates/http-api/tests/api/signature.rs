use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    session_key_check::KeyState,
    signature::Signer,
    wechat::{CallError, Trouble},
};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use support::PlainSigner;

use crate::fixture::{APP_ID, APP_KEY, Fixture, OFFER, Reply, SERVICE, SERVICE_SECRET, key_of};

async fn ask(fixture: &Fixture, body: Value) -> Reply {
    fixture.send(Method::POST, "/service/v1/signatures", Some(SERVICE), Some(body)).await
}

fn order() -> String {
    format!(
        "{{\"offerId\": \"{OFFER}\", \"buyQuantity\": 1, \"env\": 0, \"currencyType\": \"CNY\", \
         \"attach\": \"测\\u8bd5\", \"outTradeNo\": \"order-01\"}}\n"
    )
}

/// A request for each kind, without the session: the text, and what its payment signature covers before it.
fn requests() -> Vec<(Value, String, Option<&'static str>)> {
    let body = format!("{{\"openid\":\"alice\", \"env\":0, \"offer_id\":\"{OFFER}\"}}");
    let subscription = format!("{{\"offerId\":\"{OFFER}\"}}");
    let of_function = |kind: &str, sign_data: &str, uri| {
        (json!({ "kind": kind, "sign_data": sign_data, "env": 0 }), sign_data.to_owned(), Some(uri))
    };
    let of_call = |kind: &str, path: &'static str| {
        (json!({ "kind": kind, "path": path, "body": body, "env": 0 }), body.clone(), Some(path))
    };
    let page = "pages/index/index?id=1";
    vec![
        of_function("virtual_payment", &order(), "requestVirtualPayment"),
        of_function("subscribe", &subscription, "requestSubscribeSign"),
        of_function("common_payment", "{\"mchid\":\"1230000109\"}", "requestCommonPayment"),
        of_function("midas_game_item", &order(), "requestMidasPaymentGameItem"),
        of_call("xpay", "/xpay/query_user_balance"),
        of_call("xpay", "/xpay/currency_pay"),
        of_call("xpay", "/xpay/cancel_currency_pay"),
        of_call("game", "/wxa/game/getbalance"),
        of_call("game", "/wxa/game/pay"),
        of_call("game", "/wxa/game/cancelpay"),
        of_call("game", "/wxa/game/present"),
        (json!({ "kind": "phone_calendar", "path": page }), page.to_owned(), None),
    ]
}

fn with(mut request: Value, name: &str, value: impl Into<Value>) -> Value {
    request[name] = value.into();
    request
}

/// A request for an order, with `value` as the field.
fn order_with(token: &str, name: &str, value: impl Into<Value>) -> Value {
    let request = json!({ "token": token, "kind": "virtual_payment", "sign_data": order(), "env": 0 });
    with(request, name, value)
}

#[tokio::test]
async fn a_service_gets_the_signatures_of_every_kind() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let id = fixture.get("/v1/session", &token).await.text("/session/id");
    for (request, text, uri) in requests() {
        let signature = PlainSigner.sign(&key_of("alice"), text.as_bytes());
        let mut expected = json!({ "signature": signature.expose() });
        if let Some(uri) = uri {
            let pay_sig = PlainSigner.sign_payment(&APP_KEY.parse().unwrap(), uri, text.as_bytes());
            expected["pay_sig"] = json!(pay_sig.expose());
        }
        if request.get("sign_data").is_some() {
            expected["sign_data"] = json!(text);
        }
        for request in [with(request.clone(), "token", &*token), with(request, "session_id", &*id)] {
            let reply = ask(&fixture, request.clone()).await;
            assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
            assert_eq!(reply.body, expected, "{request}");
            assert_eq!(reply.header("cache-control"), "no-store");
        }
    }
}

#[tokio::test]
async fn a_field_of_another_kind_is_named() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    for (request, ..) in requests() {
        let request = with(request, "token", &*token);
        let others = ["sign_data", "path", "body"].map(|name| (name, json!("text")));
        for (name, value) in others.into_iter().chain([("env", json!(0)), ("offer_id", json!(OFFER))]) {
            let is_of_calendar = request["kind"] == "phone_calendar";
            if request.get(name).is_some() || name == "offer_id" && !is_of_calendar {
                continue;
            }
            let reply = ask(&fixture, with(request.clone(), name, value)).await;
            reply.assert_problem("invalid_field");
            assert_eq!(reply.body["field"], name, "{request}");
        }
    }
}

#[tokio::test]
async fn a_field_that_is_needed_is_named() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    for (request, ..) in requests() {
        for name in
            ["sign_data", "path", "body", "env"].into_iter().filter(|name| request.get(name).is_some())
        {
            let mut request = with(request.clone(), "token", &*token);
            request.as_object_mut().unwrap().remove(name);
            let reply = ask(&fixture, request).await;
            reply.assert_problem("missing_field");
            assert_eq!(reply.body["field"], name);
        }
        let reply = ask(&fixture, request).await;
        reply.assert_problem("missing_field");
        assert_eq!(reply.body["field"], "token");
    }
}

#[tokio::test]
async fn invalid_fields_are_named() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    for (name, value) in [
        ("kind", json!("payment")),
        ("env", json!(2)),
        ("check", json!("stale")),
        ("offer_id", json!("")),
        ("offer_id", json!("1450 000001")),
        ("sign_data", json!("")),
        ("sign_data", json!("[]")),
        ("sign_data", json!("{\"env\":0,\"env\":1}")),
        ("session_id", json!("0193b1f0-0000-7000-8000-000000000000")),
    ] {
        let reply = ask(&fixture, order_with(&token, name, value.clone())).await;
        reply.assert_problem("invalid_field");
        assert_eq!(reply.body["field"], name, "{value}");
    }
    let call = |kind: &str, path: &str| {
        let body = "{\"openid\":\"alice\",\"env\":0}";
        json!({ "token": token, "kind": kind, "path": path, "body": body, "env": 0 })
    };
    for (kind, path) in [
        ("xpay", "/xpay/refund_order"),
        ("xpay", "/xpay/present_currency"),
        ("xpay", "/wxa/game/pay"),
        ("xpay", "/xpay/currency_pay?pay_sig=1"),
        ("xpay", "/XPAY/currency_pay"),
        ("xpay", "requestVirtualPayment"),
        ("game", "/xpay/currency_pay"),
        ("game", "/wxa/set_user_storage"),
        ("game", ""),
    ] {
        let reply = ask(&fixture, call(kind, path)).await;
        reply.assert_problem("invalid_field");
        assert_eq!(reply.body["field"], "path", "{path}");
    }
    for path in ["", "{\"openid\":\"alice\"}", &format!("1559129713{APP_ID}")] {
        let reply = ask(&fixture, json!({ "token": token, "kind": "phone_calendar", "path": path })).await;
        reply.assert_problem("invalid_field");
        assert_eq!(reply.body["field"], "path", "{path}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_text_is_named_by_its_member() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let table = [
        (order().replace("order-01", "short"), "invalid_field", "sign_data.outTradeNo"),
        (order().replace("\"CNY\"", "7"), "wrong_type", "sign_data.currencyType"),
        (order().replace("attach", "note"), "unknown_field", "sign_data.note"),
        (order().replace("\"buyQuantity\": 1, ", ""), "missing_field", "sign_data.buyQuantity"),
        (order().replace(OFFER, "1450000009"), "invalid_field", "sign_data.offerId"),
    ];
    for (sign_data, code, field) in table {
        let reply = ask(&fixture, order_with(&token, "sign_data", sign_data)).await;
        reply.assert_problem(code);
        assert_eq!(reply.body["field"], field);
    }
    let two = ask(&fixture, order_with(&token, "sign_data", order().replace("attach", "note"))).await;
    let fields: Vec<_> = two.body["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    assert_eq!(fields, ["sign_data.note", "sign_data.attach"]);
    let other = json!({
        "token": token, "kind": "xpay", "path": "/xpay/currency_pay", "env": 0,
        "body": "{\"openid\":\"bob\",\"env\":0}",
    });
    let reply = ask(&fixture, other).await;
    reply.assert_problem("invalid_field");
    assert_eq!(reply.body["field"], "body.openid");
}

#[tokio::test]
async fn a_missing_key_is_the_operators() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let sandbox =
        with(order_with(&token, "env", 1), "sign_data", order().replace("\"env\": 0", "\"env\": 1"));
    ask(&fixture, sandbox).await.assert_problem("app_key_not_configured");
}

#[tokio::test]
async fn only_a_live_key_signs_where_it_is_checked() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let checked = order_with(&token, "check", "live");
    assert_eq!(ask(&fixture, checked.clone()).await.status, StatusCode::OK);
    fixture.key_check.answer(Ok(KeyState::Stale));
    ask(&fixture, checked.clone()).await.assert_problem("session_key_stale");
    fixture.key_check.answer(Err(CallError::Unavailable(Trouble::TimedOut)));
    ask(&fixture, checked).await.assert_problem("wechat_unavailable");
    let unchecked = order_with(&token, "check", Value::Null);
    assert_eq!(ask(&fixture, unchecked).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_session_that_opens_nothing_signs_nothing() {
    let fixture = Fixture::new();
    let unknown = format!("ys_{}", "x".repeat(43));
    ask(&fixture, order_with(&unknown, "env", 0)).await.assert_problem("session_ended");
    let ended = fixture.log_in("alice").await;
    fixture.send(Method::DELETE, "/v1/session", Some(&ended), None).await;
    ask(&fixture, order_with(&ended, "env", 0)).await.assert_problem("session_ended");
    let blocked = fixture.register("carol").await;
    fixture.block_user(fixture.user_id(&blocked).await).await;
    ask(&fixture, order_with(&blocked, "env", 0)).await.assert_problem("user_blocked");
    let expired = fixture.log_in("bob").await;
    fixture.clock.advance(Duration::from_hours(24));
    ask(&fixture, order_with(&expired, "env", 0)).await.assert_problem("session_ended");
}

#[tokio::test]
async fn a_service_without_the_scope_or_the_app_signs_nothing() {
    let fixture = Fixture::new();
    let body = order_with(&fixture.log_in("alice").await, "env", 0);
    for (id, code) in [("mail", "missing_scope"), ("other", "service_app_refused")] {
        let credentials = format!("Basic {}", STANDARD.encode(format!("{id}:{SERVICE_SECRET}")));
        let path = "/service/v1/signatures";
        let refused = fixture.send(Method::POST, path, Some(&credentials), Some(body.clone())).await;
        refused.assert_problem(code);
    }
}

#[tokio::test]
async fn without_the_store_nothing_is_signed() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    fixture.store.start_failing();
    ask(&fixture, order_with(&token, "env", 0)).await.assert_problem("store_unavailable");
}
