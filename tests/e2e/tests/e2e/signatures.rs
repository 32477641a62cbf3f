//! Signatures for back ends, as WeChat verifies them.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use domain::event::{EventFilter, EventKind};
use e2e::{APP_ID, Fixture, OFFER_ID, Phone, Response, Server};
use serde_json::{Value, json};
use wechat_simulator::{
    Fault, FaultKind, NewUser, PaymentFunction, PaymentRequest, SignedCallResult, signatures,
};

use crate::operator::Operator;

const SECRET: &str = "the-secret-of-a-back-end-of-the-team";
const OPENID: &str = "oPayer_of-the-tests-0123456789";
const CHECK: &str = "/wxa/checksession";
const TOKEN: &str = "/cgi-bin/stable_token";

/// The functions of WeChat's client, each with its kind and its `mode`.
const FUNCTIONS: [(PaymentFunction, &str, &str); 4] = [
    (PaymentFunction::VirtualPayment, "virtual_payment", "short_series_goods"),
    (PaymentFunction::SubscribeSign, "subscribe", ""),
    (PaymentFunction::CommonPayment, "common_payment", "retail_pay_goods"),
    (PaymentFunction::MidasPaymentGameItem, "midas_game_item", ""),
];

/// The calls of WeChat's server API, each with its kind and the member with the number of the order.
const CALLS: [(&str, &str, &str); 7] = [
    ("/xpay/query_user_balance", "xpay", "order_id"),
    ("/xpay/currency_pay", "xpay", "order_id"),
    ("/xpay/cancel_currency_pay", "xpay", "order_id"),
    ("/wxa/game/getbalance", "game", "bill_no"),
    ("/wxa/game/pay", "game", "bill_no"),
    ("/wxa/game/cancelpay", "game", "bill_no"),
    ("/wxa/game/present", "game", "bill_no"),
];

async fn server(fixture: &Fixture) -> Server {
    let variables = [
        ("YAOSHI_SERVICE__ID", "shop"),
        ("YAOSHI_SERVICE__SECRET", SECRET),
        ("YAOSHI_SERVICE__SCOPES", "sign"),
    ];
    fixture.server_with(&variables).await
}

async fn ask(server: &Server, body: &Value) -> Response {
    let credentials = BASE64_STANDARD.encode(format!("shop:{SECRET}"));
    let request = server.api().post("/service/v1/signatures", body);
    request.header("authorization", &format!("Basic {credentials}")).send().await
}

async fn log_in(server: &Server, phone: &Phone) -> String {
    server.api().login(&phone.code()).send().await.expect(200).token()
}

/// A phone whose user has this openid, and the token of a login.
async fn logged_in(fixture: &Fixture, server: &Server) -> (Phone, String) {
    let openids = BTreeMap::from([(APP_ID.to_owned(), OPENID.to_owned())]);
    let phone = fixture.phone_of(NewUser { openids, ..NewUser::default() });
    let token = log_in(server, &phone).await;
    (phone, token)
}

/// An order as a back end may write it, with spaces and characters of its own.
fn order(function: PaymentFunction, number: &str, env: u8) -> String {
    let order = match function {
        PaymentFunction::VirtualPayment => json!({
            "offerId": OFFER_ID, "buyQuantity": 1, "env": env, "currencyType": "CNY", "productId": "sword",
            "goodsPrice": 10, "outTradeNo": number, "attach": "测试/🔑",
        }),
        PaymentFunction::SubscribeSign => {
            json!({ "offerId": OFFER_ID, "env": env, "outTradeNo": number, "attach": "" })
        }
        PaymentFunction::CommonPayment => json!({
            "mchid": OFFER_ID, "out_trade_no": number, "description": "测试", "env": env,
            "amount": { "order_amount": 1, "currency": "CNY" },
        }),
        PaymentFunction::MidasPaymentGameItem => json!({
            "mode": "goods", "offerId": OFFER_ID, "buyQuantity": 1, "env": env, "currencyType": "CNY",
            "platform": "android", "zoneId": "1", "productId": "sword", "goodsPrice": 10,
            "outTradeNo": number, "attach": "",
        }),
    };
    format!("{order:#}\n").replace('/', "\\/")
}

fn virtual_order(number: &str) -> String {
    order(PaymentFunction::VirtualPayment, number, 0)
}

fn request(token: &str, kind: &str, sign_data: &str, env: u8) -> Value {
    json!({ "token": token, "kind": kind, "sign_data": sign_data, "env": env })
}

/// Signs an order of virtual payment, with further fields of the request.
async fn sign(server: &Server, token: &str, number: &str, further: Value) -> Response {
    let mut request = request(token, "virtual_payment", &virtual_order(number), 0);
    request.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
    ask(server, &request).await
}

/// Pays with what the server answered.
fn pay(fixture: &Fixture, phone: &Phone, signed: &Response) -> SignedCallResult {
    pay_with(fixture, phone, signed, PaymentFunction::VirtualPayment, "short_series_goods")
}

fn pay_with(
    fixture: &Fixture,
    phone: &Phone,
    signed: &Response,
    function: PaymentFunction,
    mode: &str,
) -> SignedCallResult {
    let request = PaymentRequest {
        sign_data: signed.text("/sign_data"),
        pay_sig: signed.text("/pay_sig"),
        signature: signed.text("/signature"),
        mode: mode.to_owned(),
    };
    fixture.wechat.request_payment(function, APP_ID, phone.user, &request).unwrap()
}

pub(crate) async fn what_is_signed_under_every_kind_is_accepted_by_wechat(fixture: &Fixture) {
    let server = server(fixture).await;
    let (phone, token) = logged_in(fixture, &server).await;
    let access_token = fixture.access_token().await;
    for env in [0, 1] {
        for (function, kind, mode) in FUNCTIONS {
            let sign_data = order(function, &format!("{kind}-{env}"), env);
            let signed = ask(&server, &request(&token, kind, &sign_data, env)).await.expect(200);
            assert_eq!(signed.text("/sign_data"), sign_data);
            let paid = pay_with(fixture, &phone, &signed, function, mode);
            assert!(paid.is_ok(), "{kind} {env}: {}", paid.err_msg);
        }
        for (path, kind, number) in CALLS {
            let body = json!({ "openid": OPENID, "env": env, "offer_id": OFFER_ID, number: format!("{path}-{env}") });
            let body = format!(" {body} ");
            let request = json!({ "token": token, "kind": kind, "path": path, "body": body, "env": env });
            let signed = ask(&server, &request).await.expect(200);
            let (signature, pay_sig) = (signed.text("/signature"), signed.text("/pay_sig"));
            let query = [
                ("access_token", &*access_token),
                ("signature", &signature),
                ("sig_method", "hmac_sha256"),
                ("pay_sig", &pay_sig),
            ];
            let reply = fixture.call_wechat(path, &query, body).await;
            assert_eq!(reply["errcode"], 0, "{path} {env}: {reply}");
        }
    }
    let path = "pages/index/index?id=1";
    let signed = ask(&server, &json!({ "token": token, "kind": "phone_calendar", "path": path })).await;
    let signature = signed.expect(200).text("/signature");
    let added = fixture.wechat.add_phone_calendar(APP_ID, phone.user, path, &signature).unwrap();
    assert!(added.is_ok(), "{}", added.err_msg);
}

pub(crate) async fn a_key_that_was_replaced_does_not_sign_where_it_is_checked(fixture: &Fixture) {
    let server = server(fixture).await;
    let (phone, token) = logged_in(fixture, &server).await;
    let live = || json!({ "check": "live" });
    let signed = sign(&server, &token, "order-01", live()).await.expect(200);
    assert!(pay(fixture, &phone, &signed).is_ok());
    phone.rotate_key();
    let stale = sign(&server, &token, "order-02", live()).await.expect(409);
    stale.expect_recover("session_key_stale", "login_again");
    let token = log_in(&server, &phone).await;
    let signed = sign(&server, &token, "order-02", live()).await.expect(200);
    assert!(pay(fixture, &phone, &signed).is_ok());
}

pub(crate) async fn without_the_check_the_client_is_refused_and_the_next_login_mends_it(fixture: &Fixture) {
    let server = server(fixture).await;
    let (phone, token) = logged_in(fixture, &server).await;
    phone.rotate_key();
    let signed = sign(&server, &token, "order-01", json!({})).await.expect(200);
    assert_eq!(pay(fixture, &phone, &signed).err_code, Some(-15_005));
    let token = log_in(&server, &phone).await;
    let signed = sign(&server, &token, "order-01", json!({})).await.expect(200);
    assert!(pay(fixture, &phone, &signed).is_ok(), "the refused payment did not use the order number");
}

pub(crate) async fn a_superseded_key_never_signs(fixture: &Fixture) {
    let server = server(fixture).await;
    let (phone, old_token) = logged_in(fixture, &server).await;
    let old_key = phone.session_key();
    phone.rotate_key();
    let new_token = log_in(&server, &phone).await;
    let new_key = phone.session_key();
    assert_ne!(old_key, new_key);
    let old_session = server.api().session(&old_token).await.expect(200).text("/session/id");
    let body = json!({ "kind": "virtual_payment", "sign_data": virtual_order("order-01"), "env": 0 });
    for (name, value) in [("token", &old_token), ("token", &new_token), ("session_id", &old_session)] {
        let mut body = body.clone();
        body[name] = json!(value);
        let signature = ask(&server, &body).await.expect(200).text("/signature");
        assert_eq!(signature, signatures::login_state(virtual_order("order-01"), &new_key));
        assert_ne!(signature, signatures::login_state(virtual_order("order-01"), &old_key));
    }
    phone.rotate_key();
    let signed = sign(&server, &new_token, "order-01", json!({})).await.expect(200);
    let unknown = signatures::login_state(virtual_order("order-01"), &phone.session_key());
    assert_ne!(signed.text("/signature"), unknown, "the server does not have this key yet");
}

pub(crate) async fn every_text_that_may_not_be_signed_is_refused_with_its_member(fixture: &Fixture) {
    let server = server(fixture).await;
    let (_, token) = logged_in(fixture, &server).await;
    let good: Value = serde_json::from_str(&virtual_order("order-01")).unwrap();
    let with = |name: &str, value: Value| {
        let mut order = good.clone();
        order[name] = value;
        order.to_string()
    };
    let without = |name: &str| {
        let mut order = good.clone();
        order.as_object_mut().unwrap().remove(name);
        order.to_string()
    };
    let twice = good.to_string().replacen('{', "{\"outTradeNo\":\"other-01\",", 1);
    let table = [
        ("not JSON".to_owned(), "invalid_field", "sign_data"),
        ("[]".to_owned(), "invalid_field", "sign_data"),
        (twice, "invalid_field", "sign_data"),
        (without("outTradeNo"), "missing_field", "sign_data.outTradeNo"),
        (without("goodsPrice"), "missing_field", "sign_data.goodsPrice"),
        (without("productId"), "missing_field", "sign_data.productId"),
        (with("outTradeNo", json!("1234567")), "invalid_field", "sign_data.outTradeNo"),
        (with("outTradeNo", json!("_order-01")), "invalid_field", "sign_data.outTradeNo"),
        (with("outTradeNo", json!("order/01")), "invalid_field", "sign_data.outTradeNo"),
        (with("env", json!(1)), "invalid_field", "sign_data.env"),
        (with("env", json!("0")), "wrong_type", "sign_data.env"),
        (with("offerId", json!("1450000002")), "invalid_field", "sign_data.offerId"),
        (with("currencyType", json!("USD")), "invalid_field", "sign_data.currencyType"),
        (with("buyQuantity", json!(0)), "invalid_field", "sign_data.buyQuantity"),
        (with("buyQuantity", json!(1.5)), "wrong_type", "sign_data.buyQuantity"),
        (with("openid", json!(OPENID)), "unknown_field", "sign_data.openid"),
    ];
    for (sign_data, code, field) in table {
        let refused = ask(&server, &request(&token, "virtual_payment", &sign_data, 0)).await;
        refused.expect_recover(code, "fix_request");
        assert_eq!(refused.expect_problem(422).field.as_deref(), Some(field), "{sign_data}");
    }
    let call = |kind: &str, path: &str, body: Value| json!({ "token": token, "kind": kind, "path": path, "body": body.to_string(), "env": 0 });
    let of_other = json!({ "openid": "oSomebody-else", "env": 0 });
    let of_payer = json!({ "openid": OPENID, "env": 0 });
    let calendar = json!({ "token": token, "kind": "phone_calendar", "path": good.to_string() });
    for (request, field) in [
        (call("xpay", "/xpay/currency_pay", of_other.clone()), "body.openid"),
        (call("game", "/wxa/game/pay", of_other), "body.openid"),
        (call("xpay", "/xpay/refund_order", of_payer.clone()), "path"),
        (call("game", "/wxa/set_user_storage", of_payer), "path"),
        (calendar, "path"),
        (json!({ "token": token, "kind": "phone_calendar", "path": "" }), "path"),
    ] {
        let refused = ask(&server, &request).await;
        refused.expect_recover("invalid_field", "fix_request");
        assert_eq!(refused.expect_problem(422).field.as_deref(), Some(field), "{request}");
    }
    assert_eq!(details(fixture).await, Vec::<String>::new());
}

/// The details of the signatures on record, oldest first.
async fn details(fixture: &Fixture) -> Vec<String> {
    let operator = Operator::connect(fixture).await;
    let identity =
        domain::identity::IdentityId { app_id: APP_ID.parse().unwrap(), openid: OPENID.parse().unwrap() };
    let events =
        operator.store().events().latest(&EventFilter::Identity(identity), None, 1_000).await.unwrap();
    let signed = events.iter().rev().filter(|event| event.kind == EventKind::Signed);
    let detail = |event: &domain::event::Event| {
        assert_eq!(event.actor.name().as_deref(), Some("service:shop"));
        assert_eq!(event.client.address().map(|address| address.to_string()).as_deref(), Some("127.0.0.1"));
        event.detail.as_ref().unwrap().to_string()
    };
    signed.map(detail).collect()
}

pub(crate) async fn every_signature_is_on_record(fixture: &Fixture) {
    let server = server(fixture).await;
    let (_, token) = logged_in(fixture, &server).await;
    for (function, kind, _) in FUNCTIONS {
        let sign_data = order(function, "order|*@-01", 0);
        ask(&server, &request(&token, kind, &sign_data, 0)).await.expect(200);
    }
    for (kind, path, number) in
        [("xpay", "/xpay/currency_pay", "order_id"), ("game", "/wxa/game/getbalance", "ts")]
    {
        let body = json!({ "openid": OPENID, "env": 0, number: "order-02" }).to_string();
        let request = json!({ "token": token, "kind": kind, "path": path, "body": body, "env": 0 });
        ask(&server, &request).await.expect(200);
    }
    let calendar = json!({ "token": token, "kind": "phone_calendar", "path": "pages/index/index" });
    ask(&server, &calendar).await.expect(200);
    let expected = [
        "virtual_payment:order|*@-01",
        "subscribe:order|*@-01",
        "common_payment:order|*@-01",
        "midas_game_item:order|*@-01",
        "xpay:order-02",
        "game",
        "phone_calendar",
    ];
    assert_eq!(details(fixture).await, expected);
}

pub(crate) async fn every_failure_of_the_check_has_a_recovery(fixture: &Fixture) {
    let errcode = |errcode| FaultKind::Errcode { errcode, errmsg: None };
    let body = |text: &str| Some(text.to_owned());
    let table = [
        (CHECK, errcode(-1), 503, "wechat_unavailable", "retry"),
        (CHECK, errcode(40001), 503, "wechat_unavailable", "retry"),
        (CHECK, errcode(40003), 502, "wechat_refused_unlisted", "operator"),
        (CHECK, errcode(42001), 503, "wechat_unavailable", "retry"),
        (CHECK, errcode(45009), 502, "wechat_refused_quota", "operator"),
        (CHECK, errcode(45011), 503, "wechat_rate_limited", "retry"),
        (CHECK, errcode(48001), 502, "wechat_refused_permission", "operator"),
        (CHECK, errcode(50002), 502, "wechat_refused_frozen", "operator"),
        (CHECK, errcode(87009), 409, "session_key_stale", "login_again"),
        (CHECK, errcode(99_999), 502, "wechat_refused_unlisted", "operator"),
        (CHECK, FaultKind::Reset, 503, "wechat_unavailable", "retry"),
        (CHECK, FaultKind::Truncated, 503, "wechat_unavailable", "retry"),
        (CHECK, FaultKind::Malformed { body: body("<html>") }, 503, "wechat_unavailable", "retry"),
        (CHECK, FaultKind::Status { status: 502, body: None }, 503, "wechat_unavailable", "retry"),
        (TOKEN, errcode(40125), 502, "wechat_refused_misconfigured", "operator"),
        (TOKEN, errcode(40164), 502, "wechat_refused_address", "operator"),
        (TOKEN, errcode(45011), 503, "wechat_rate_limited", "retry"),
        (TOKEN, FaultKind::Reset, 503, "wechat_unavailable", "retry"),
    ];
    let mut signed = Vec::new();
    let phone = fixture.phone();
    for (number, (endpoint, kind, status, code, recover)) in table.into_iter().enumerate() {
        let server = server(fixture).await;
        let token = log_in(&server, &phone).await;
        let name = format!("{endpoint} {kind:?}");
        fixture.wechat.set_faults(vec![Fault::on(endpoint, kind)]);
        let order = format!("order-{number:03}");
        let refused = sign(&server, &token, &order, json!({ "check": "live" })).await;
        fixture.wechat.clear_faults();
        let problem = refused.expect_problem(status);
        assert_eq!((&*problem.code, &*problem.recover), (code, recover), "{name}");
        signed.push(sign(&server, &token, &order, json!({})).await.expect(200));
    }
    for signed in signed {
        assert!(pay(fixture, &phone, &signed).is_ok());
    }
}
