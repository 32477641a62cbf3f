//! The functions of the client that take signatures: payments, calendars and voice chats.

use serde_json::{Value, json};
use wechat_simulator::{
    PaymentFunction, PaymentRequest, SessionKey, SignedCallResult, Simulator, signatures,
};

use crate::support::{
    APP, LIVE_KEY, LoggedIn, OFFER, SANDBOX_KEY, get, log_in, phone, post, simulator, simulator_with_offer,
    user,
};

const ALL: [PaymentFunction; 4] = [
    PaymentFunction::VirtualPayment,
    PaymentFunction::SubscribeSign,
    PaymentFunction::CommonPayment,
    PaymentFunction::MidasPaymentGameItem,
];

/// A valid order for the function.
fn order(function: PaymentFunction) -> Value {
    match function {
        PaymentFunction::VirtualPayment => json!({
            "offerId": OFFER, "buyQuantity": 1, "env": 0, "currencyType": "CNY", "productId": "sword",
            "goodsPrice": 10, "outTradeNo": "order-0001", "attach": "测试",
        }),
        PaymentFunction::SubscribeSign => json!({ "offerId": OFFER, "productId": "vip", "attach": "" }),
        PaymentFunction::CommonPayment => json!({
            "mchid": OFFER, "out_trade_no": "order-0001", "description": "测试",
            "amount": { "order_amount": 1, "currency": "CNY" }, "env": 0,
        }),
        PaymentFunction::MidasPaymentGameItem => json!({
            "mode": "goods", "offerId": OFFER, "buyQuantity": 1, "env": 0, "currencyType": "CNY",
            "platform": "android", "zoneId": "1", "productId": "sword", "goodsPrice": 10,
            "outTradeNo": "order-0001", "attach": "",
        }),
    }
}

fn mode(function: PaymentFunction) -> String {
    match function {
        PaymentFunction::VirtualPayment => "short_series_goods".to_owned(),
        PaymentFunction::CommonPayment => "retail_pay_goods".to_owned(),
        PaymentFunction::SubscribeSign | PaymentFunction::MidasPaymentGameItem => String::new(),
    }
}

/// A request with both signatures.
fn signed(function: PaymentFunction, order: &Value, key: &SessionKey, app_key: &str) -> PaymentRequest {
    let sign_data = order.to_string();
    PaymentRequest {
        pay_sig: signatures::payment(function.name(), &sign_data, app_key),
        signature: signatures::login_state(&sign_data, key),
        sign_data,
        mode: mode(function),
    }
}

fn pay(
    simulator: &Simulator,
    function: PaymentFunction,
    login: &LoggedIn,
    request: &PaymentRequest,
) -> SignedCallResult {
    simulator.request_payment(function, APP, login.user, request).unwrap()
}

/// The error code of a virtual payment of the order, with right signatures.
fn errcode_of(simulator: &Simulator, login: &LoggedIn, order: &Value) -> Option<i32> {
    let function = PaymentFunction::VirtualPayment;
    pay(simulator, function, login, &signed(function, order, &login.key, LIVE_KEY)).err_code
}

#[tokio::test]
async fn a_payment_with_both_signatures_succeeds() {
    for function in ALL {
        let simulator = simulator_with_offer();
        let login = log_in(&simulator).await;
        let request = signed(function, &order(function), &login.key, LIVE_KEY);
        let result = pay(&simulator, function, &login, &request);
        assert_eq!(result.err_msg, format!("{}:ok", function.name()));
        assert!(result.is_ok());
    }
}

#[tokio::test]
async fn a_wrong_signature_is_told_apart() {
    for function in ALL {
        let [signature_wrong, pay_sig_wrong] = match function {
            PaymentFunction::CommonPayment => [702_002, 702_003],
            PaymentFunction::VirtualPayment
            | PaymentFunction::SubscribeSign
            | PaymentFunction::MidasPaymentGameItem => [-15_005, -15_006],
        };
        let simulator = simulator_with_offer();
        let login = log_in(&simulator).await;
        let right = signed(function, &order(function), &login.key, LIVE_KEY);
        let other_function = signatures::payment("requestPayment", &right.sign_data, LIVE_KEY);
        let sandbox = signatures::payment(function.name(), &right.sign_data, SANDBOX_KEY);
        let [no, upper] = [String::new(), right.signature.to_uppercase()];
        let upper_pay_sig = right.pay_sig.to_uppercase();
        let table = [
            (PaymentRequest { signature: no.clone(), ..right.clone() }, signature_wrong),
            (PaymentRequest { signature: upper, ..right.clone() }, signature_wrong),
            (PaymentRequest { signature: right.pay_sig.clone(), ..right.clone() }, signature_wrong),
            (PaymentRequest { pay_sig: no, ..right.clone() }, pay_sig_wrong),
            (PaymentRequest { pay_sig: upper_pay_sig, ..right.clone() }, pay_sig_wrong),
            (PaymentRequest { pay_sig: other_function, ..right.clone() }, pay_sig_wrong),
            (PaymentRequest { pay_sig: sandbox, ..right.clone() }, pay_sig_wrong),
            (PaymentRequest { sign_data: format!("{} ", right.sign_data), ..right.clone() }, signature_wrong),
        ];
        for (request, expected) in table {
            assert_eq!(pay(&simulator, function, &login, &request).err_code, Some(expected), "{request:?}");
        }
        assert!(pay(&simulator, function, &login, &right).is_ok(), "the failures did not use the order");
    }
}

#[tokio::test]
async fn a_replaced_an_expired_and_a_missing_key_are_refused() {
    for function in ALL {
        let no_session_key = if function == PaymentFunction::CommonPayment { 702_002 } else { -15_007 };
        let stale = if function == PaymentFunction::CommonPayment { 702_002 } else { -15_005 };
        let simulator = simulator_with_offer();
        let login = log_in(&simulator).await;
        let request = signed(function, &order(function), &login.key, LIVE_KEY);
        simulator.rotate(APP, login.user).unwrap();
        assert_eq!(pay(&simulator, function, &login, &request).err_code, Some(stale));
        simulator.expire_session_key(APP, login.user).unwrap();
        let key = simulator.session_key(APP, login.user).unwrap();
        let request = signed(function, &order(function), &key, LIVE_KEY);
        assert_eq!(pay(&simulator, function, &login, &request).err_code, Some(no_session_key));
        let never = user(&simulator);
        let key = simulator.session_key(APP, never).unwrap();
        let request = signed(function, &order(function), &key, LIVE_KEY);
        let result = simulator.request_payment(function, APP, never, &request).unwrap();
        assert_eq!(result.err_code, Some(no_session_key));
    }
}

#[tokio::test]
async fn the_environment_chooses_the_key() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    let function = PaymentFunction::VirtualPayment;
    let mut sandbox = order(function);
    sandbox["env"] = json!(1);
    assert_eq!(errcode_of(&simulator, &login, &sandbox), Some(-15_006));
    assert!(pay(&simulator, function, &login, &signed(function, &sandbox, &login.key, SANDBOX_KEY)).is_ok());
    let mut default = order(function);
    default["outTradeNo"] = json!("order-0002");
    default.as_object_mut().unwrap().remove("env");
    assert_eq!(errcode_of(&simulator, &login, &default), None, "the live environment is the default");
}

#[tokio::test]
async fn an_order_number_works_once() {
    for (function, used) in [
        (PaymentFunction::VirtualPayment, -15_002),
        (PaymentFunction::CommonPayment, 702_005),
        (PaymentFunction::MidasPaymentGameItem, -15_002),
    ] {
        let simulator = simulator_with_offer();
        let [one, other] = [log_in(&simulator).await, log_in(&simulator).await];
        for (login, expected) in [(&one, None), (&one, Some(used)), (&other, Some(used))] {
            let request = signed(function, &order(function), &login.key, LIVE_KEY);
            assert_eq!(pay(&simulator, function, login, &request).err_code, expected);
        }
    }
}

#[tokio::test]
async fn an_invalid_order_is_refused() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    let table = [
        ("offerId", json!("unknown"), -15_001),
        ("offerId", json!(1_450_000_001), -15_001),
        ("buyQuantity", json!("1"), -15_001),
        ("buyQuantity", json!(0), -15_001),
        ("env", json!(2), -15_001),
        ("currencyType", json!("USD"), -15_004),
        ("attach", Value::Null, -15_001),
        ("productId", json!(""), -15_001),
        ("goodsPrice", json!("10"), -15_001),
        ("outTradeNo", json!("short"), -15_001),
        ("outTradeNo", json!("_order-0001"), -15_001),
        ("outTradeNo", json!("order 0001"), -15_001),
        ("outTradeNo", json!("x".repeat(33)), -15_001),
    ];
    for (name, value, expected) in table {
        let mut order = order(PaymentFunction::VirtualPayment);
        order[name] = value.clone();
        assert_eq!(errcode_of(&simulator, &login, &order), Some(expected), "{name} {value}");
    }
    for number in ["12345678", "aZ-|*@_0", &"x".repeat(32)] {
        let mut order = order(PaymentFunction::VirtualPayment);
        order["outTradeNo"] = json!(number);
        assert_eq!(errcode_of(&simulator, &login, &order), None, "{number}");
    }
}

#[tokio::test]
async fn the_form_and_the_mode_are_checked_before_the_signatures() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    let common = PaymentFunction::CommonPayment;
    for (function, sign_data, mode, expected) in [
        (PaymentFunction::VirtualPayment, "[]".to_owned(), "short_series_goods", -15_016),
        (
            PaymentFunction::VirtualPayment,
            order(PaymentFunction::VirtualPayment).to_string(),
            "goods",
            -15_001,
        ),
        (PaymentFunction::MidasPaymentGameItem, "{".to_owned(), "", -15_016),
        (PaymentFunction::MidasPaymentGameItem, r#"{"mode":"game"}"#.to_owned(), "", -15_001),
        (common, "{".to_owned(), "retail_pay_goods", 1022),
        (common, order(common).to_string(), "short_series_goods", 702_004),
        (common, r#"{"description":"x"}"#.to_owned(), "retail_pay_goods", 702_001),
    ] {
        let request = PaymentRequest { sign_data, mode: mode.to_owned(), ..PaymentRequest::default() };
        assert_eq!(pay(&simulator, function, &login, &request).err_code, Some(expected), "{request:?}");
    }
}

#[tokio::test]
async fn coins_have_no_product() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    let function = PaymentFunction::VirtualPayment;
    let mut coins = order(function);
    for name in ["productId", "goodsPrice"] {
        coins.as_object_mut().unwrap().remove(name);
    }
    let request = signed(function, &coins, &login.key, LIVE_KEY);
    assert_eq!(pay(&simulator, function, &login, &request).err_code, Some(-15_001));
    let request = PaymentRequest { mode: "short_series_coin".to_owned(), ..request };
    assert!(pay(&simulator, function, &login, &request).is_ok());
}

#[tokio::test]
async fn the_routes_reply_like_wechats_client() {
    for function in ALL {
        let simulator = simulator_with_offer();
        let login = log_in(&simulator).await;
        let path = format!("/sim/wx/{}", function.name());
        let request = signed(function, &order(function), &login.key, LIVE_KEY);
        let mut body = phone(login.user);
        for (name, value) in
            [("signData", request.sign_data), ("paySig", request.pay_sig), ("signature", "wrong".to_owned())]
        {
            body[name] = json!(value);
        }
        body["mode"] = json!(request.mode);
        let failure = post(&simulator, &path, body.clone()).await;
        let errcode = if function == PaymentFunction::CommonPayment { 702_002 } else { -15_005 };
        let expected = json!({
            "errMsg": format!("{}:fail SIGNATURE_INVALID", function.name()),
            "errCode": errcode,
        });
        assert_eq!((failure.status.as_u16(), failure.json()), (200, expected));
        body["signature"] = json!(request.signature);
        let success = post(&simulator, &path, body).await;
        assert_eq!(success.json(), json!({ "errMsg": format!("{}:ok", function.name()) }));
        let errcodes: Vec<_> = simulator.calls_of(&path).calls.iter().map(|call| call.errcode).collect();
        assert_eq!(errcodes, [Some(errcode), Some(0)]);
    }
}

#[tokio::test]
async fn signatures_are_masked_in_the_log() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    let function = PaymentFunction::VirtualPayment;
    let request = signed(function, &order(function), &login.key, LIVE_KEY);
    let mut body = phone(login.user);
    body["signData"] = json!(request.sign_data);
    body["paySig"] = json!(request.pay_sig);
    body["signature"] = json!(request.signature);
    post(&simulator, "/sim/wx/requestVirtualPayment", body).await;
    let log = get(&simulator, "/sim/calls").await.body;
    assert!(log.contains("/sim/wx/requestVirtualPayment"));
    assert!(!log.contains(&request.pay_sig) && !log.contains(&request.signature), "{log}");
}

#[tokio::test]
async fn a_calendars_path_is_signed() {
    let simulator = simulator();
    let login = log_in(&simulator).await;
    let path = "pages/index/index?id=1";
    let signature = signatures::login_state(path, &login.key);
    let mut body = phone(login.user);
    body["path"] = json!(path);
    body["signature"] = json!(signature);
    let ok = post(&simulator, "/sim/wx/addPhoneCalendar", body.clone()).await;
    assert_eq!(ok.json(), json!({ "errMsg": "addPhoneCalendar:ok" }));
    body["path"] = json!("pages/index/index?id=2");
    let fail = post(&simulator, "/sim/wx/addPhoneCalendar", body).await;
    let expected = json!({ "errMsg": "addPhoneCalendar:fail invalid signature", "errCode": 87009 });
    assert_eq!(fail.json(), expected);
    simulator.expire_session_key(APP, login.user).unwrap();
    let expired = simulator.add_phone_calendar(APP, login.user, path, &signature).unwrap();
    assert_eq!(expired.err_code, Some(87007));
}

#[tokio::test]
async fn a_voice_chats_sorted_arguments_are_signed() {
    let simulator = simulator();
    let login = log_in(&simulator).await;
    let mut body = phone(login.user);
    body["groupId"] = json!("67297598215591297148");
    body["nonceStr"] = json!("AP6DT9ybtniUJfbw");
    body["timeStamp"] = json!(1_559_129_713);
    let message = format!("155912971367297598215591297148AP6DT9ybtniUJfbw{APP}");
    body["signature"] = json!(signatures::login_state(message, &login.key));
    let ok = post(&simulator, "/sim/wx/joinVoIPChat", body.clone()).await;
    assert_eq!(ok.json(), json!({ "errMsg": "joinVoIPChat:ok" }));
    body["timeStamp"] = json!(1_559_129_714);
    assert_eq!(post(&simulator, "/sim/wx/joinVoIPChat", body).await.json()["errCode"], 87009);
}
