//! The payments of servers: `/xpay` and `/wxa/game`.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use serde_json::{Value, json};
use tower::ServiceExt;
use wechat_simulator::{PaymentFunction, PaymentRequest, SessionKey, Simulator, signatures};

use crate::support::{
    APP, LIVE_KEY, LoggedIn, OFFER, Response, SANDBOX_KEY, access_token, assert_errmsg, get, log_in, send,
    simulator_with_offer, user,
};

const XPAY: [&str; 3] = ["/xpay/query_user_balance", "/xpay/currency_pay", "/xpay/cancel_currency_pay"];
const GAME: [&str; 4] = ["/wxa/game/getbalance", "/wxa/game/pay", "/wxa/game/cancelpay", "/wxa/game/present"];

/// A call with both signatures, before it is sent.
struct Call {
    path: &'static str,
    signature: String,
    pay_sig: String,
    body: String,
}

impl Call {
    fn signed(path: &'static str, body: &Value, key: &SessionKey, app_key: &str) -> Self {
        let body = body.to_string();
        Self {
            path,
            signature: signatures::login_state(&body, key),
            pay_sig: signatures::payment(path, &body, app_key),
            body,
        }
    }

    async fn send(&self, simulator: &Simulator) -> Response {
        let Self { path, signature, pay_sig, body } = self;
        let token = access_token(simulator, APP).await;
        let sig_method = if path.starts_with("/xpay") { "" } else { "&sig_method=hmac_sha256" };
        let path = format!("{path}?access_token={token}&signature={signature}&pay_sig={pay_sig}{sig_method}");
        send(simulator, "POST", &path, body.clone()).await
    }
}

/// A body that every endpoint accepts. Each call uses another order.
fn body(openid: &str, order: &str) -> Value {
    json!({
        "openid": openid, "env": 0, "user_ip": "127.0.0.1", "offer_id": OFFER, "ts": 1_668_136_271,
        "zone_id": "1", "amount": 1, "order_id": order, "pay_order_id": "x", "bill_no": order,
        "pay_bill_no": "x",
    })
}

fn signed(path: &'static str, login: &LoggedIn, order: &str) -> Call {
    Call::signed(path, &body(&login.openid, order), &login.key, LIVE_KEY)
}

#[tokio::test]
async fn replies_have_the_published_form() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    let balance = r#"{"errcode":0,"errmsg":"ok","balance":0,"present_balance":0,"sum_save":0,"sum_present":0,"sum_balance":0,"sum_cost":0,"#;
    for (path, expected) in [
        (XPAY[0], format!(r#"{balance}"first_save_flag":false}}"#)),
        (
            XPAY[1],
            r#"{"errcode":0,"errmsg":"ok","order_id":"1","balance":0,"used_present_amount":0}"#.to_owned(),
        ),
        (XPAY[2], r#"{"errcode":0,"errmsg":"ok","order_id":"2"}"#.to_owned()),
        (GAME[0], format!(r#"{balance}"first_save":false}}"#)),
        (
            GAME[1],
            r#"{"errcode":0,"errmsg":"ok","bill_no":"4","balance":0,"used_present_amount":0}"#.to_owned(),
        ),
        (
            GAME[2],
            r#"{"errcode":0,"errmsg":"ok","bill_no":"5","balance":0,"used_present_amount":0}"#.to_owned(),
        ),
        (GAME[3], r#"{"errcode":0,"errmsg":"ok","bill_no":"6","balance":0}"#.to_owned()),
    ] {
        let number = XPAY.into_iter().chain(GAME).position(|known| known == path).unwrap();
        let response = signed(path, &login, &number.to_string()).send(&simulator).await;
        assert_eq!(response.body, expected, "{path}");
        assert_eq!(response.headers["content-type"], "application/json");
    }
}

#[tokio::test]
async fn a_wrong_signature_is_named() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    for path in XPAY.into_iter().chain(GAME) {
        let is_xpay = path.starts_with("/xpay");
        let [signature_wrong, pay_sig_wrong] =
            if is_xpay { [268_490_003, 268_490_003] } else { [90_010, 90_011] };
        let [signature_name, pay_sig_name] =
            if is_xpay { ["用户态签名", "支付签名"] } else { ["[signature]", "[pay_sig]"] };
        let right = || signed(path, &login, path);
        let table = [
            (
                Call { signature: right().signature.to_uppercase(), ..right() },
                signature_wrong,
                signature_name,
            ),
            (Call { signature: String::new(), ..right() }, signature_wrong, signature_name),
            (Call { body: format!("{} ", right().body), ..right() }, signature_wrong, signature_name),
            (Call { pay_sig: String::new(), ..right() }, pay_sig_wrong, pay_sig_name),
            (Call { pay_sig: right().pay_sig.to_uppercase(), ..right() }, pay_sig_wrong, pay_sig_name),
            (
                Call { pay_sig: signatures::payment(path, right().body, SANDBOX_KEY), ..right() },
                pay_sig_wrong,
                pay_sig_name,
            ),
            (
                Call { pay_sig: signatures::payment("/other", right().body, LIVE_KEY), ..right() },
                pay_sig_wrong,
                pay_sig_name,
            ),
        ];
        for (call, errcode, name) in table {
            let response = call.send(&simulator).await;
            assert_eq!(response.errcode(), errcode, "{path} {}", response.body);
            assert!(response.json()["errmsg"].as_str().unwrap().starts_with(name), "{}", response.body);
        }
    }
}

#[tokio::test]
async fn a_stale_key_is_a_wrong_signature_and_an_expired_one_is_not() {
    for path in XPAY.into_iter().chain(GAME) {
        let is_xpay = path.starts_with("/xpay");
        let [stale, expired] = if is_xpay { [268_490_003, 268_490_009] } else { [90_010, 90_016] };
        let simulator = simulator_with_offer();
        let login = log_in(&simulator).await;
        simulator.rotate(APP, login.user).unwrap();
        assert_eq!(signed(path, &login, "order").send(&simulator).await.errcode(), stale);
        let key = simulator.session_key(APP, login.user).unwrap();
        let login = LoggedIn { key, ..login };
        simulator.expire_session_key(APP, login.user).unwrap();
        assert_eq!(signed(path, &login, "order").send(&simulator).await.errcode(), expired);
    }
}

#[tokio::test]
async fn the_environment_chooses_the_key() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    for path in [XPAY[0], GAME[0]] {
        let mut body = body(&login.openid, "order");
        body["env"] = json!(1);
        let call = Call::signed(path, &body, &login.key, SANDBOX_KEY);
        assert_eq!(call.send(&simulator).await.errcode(), 0);
        let call = Call::signed(path, &body, &login.key, LIVE_KEY);
        assert_ne!(call.send(&simulator).await.errcode(), 0);
    }
}

#[tokio::test]
async fn an_invalid_body_is_refused() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    for (path, name, value, errcode) in [
        (XPAY[0], "openid", json!("oNobody"), 268_490_001),
        (XPAY[0], "openid", Value::Null, 268_490_002),
        (XPAY[0], "env", json!(2), 268_490_002),
        (XPAY[1], "order_id", json!(""), 268_490_002),
        (GAME[0], "openid", json!("oNobody"), 90_018),
        (GAME[0], "offer_id", json!("unknown"), 90_018),
        (GAME[0], "env", Value::Null, 90_018),
        (GAME[1], "bill_no", Value::Null, 90_018),
    ] {
        let mut body = body(&login.openid, "order");
        body[name] = value.clone();
        let response = Call::signed(path, &body, &login.key, LIVE_KEY).send(&simulator).await;
        assert_eq!(response.errcode(), errcode, "{path} {name} {value} {}", response.body);
    }
    let mut unknown_openid = body(&login.openid, "order");
    unknown_openid["openid"] = json!("oNobody");
    let response = Call::signed(GAME[0], &unknown_openid, &login.key, LIVE_KEY).send(&simulator).await;
    assert_errmsg(&response, "[openid] openid is invalid");
    let without_sig_method = format!("{}?access_token={}", GAME[0], access_token(&simulator, APP).await);
    let response =
        send(&simulator, "POST", &without_sig_method, body(&login.openid, "order").to_string()).await;
    assert_errmsg(&response, "[sig_method] sig_method is invalid");
    for path in [XPAY[0], GAME[0]] {
        let path = format!("{path}?access_token={}", access_token(&simulator, APP).await);
        assert_eq!(get(&simulator, &path).await.errcode(), 43002);
        assert_eq!(send(&simulator, "POST", &path, "").await.errcode(), 44002);
        assert_eq!(send(&simulator, "POST", &path, "x").await.errcode(), 47001);
    }
}

#[tokio::test]
async fn an_order_of_xpay_works_once() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    let pay = signed(XPAY[1], &login, "order-1");
    assert_eq!(pay.send(&simulator).await.errcode(), 0);
    assert_eq!(pay.send(&simulator).await.errcode(), 268_490_004);
    assert_eq!(signed(XPAY[2], &login, "refund-1").send(&simulator).await.errcode(), 0);
}

#[tokio::test]
async fn a_game_may_repeat_its_payment() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    let pay = signed(GAME[1], &login, "bill-1");
    for _ in 0..2 {
        assert_eq!(pay.send(&simulator).await.json()["bill_no"], "bill-1");
    }
}

#[tokio::test]
async fn the_key_of_another_user_is_refused() {
    let simulator = simulator_with_offer();
    let [one, other] = [log_in(&simulator).await, log_in(&simulator).await];
    user(&simulator);
    let mixed = LoggedIn { key: other.key, ..one };
    assert_eq!(signed(XPAY[0], &mixed, "order").send(&simulator).await.errcode(), 268_490_003);
}

#[tokio::test]
async fn the_orders_of_xpay_and_of_the_client_are_numbered_separately() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    let order = json!({
        "offerId": OFFER, "buyQuantity": 1, "currencyType": "CNY", "outTradeNo": "order-0001", "attach": "",
    });
    let sign_data = order.to_string();
    let request = PaymentRequest {
        signature: signatures::login_state(&sign_data, &login.key),
        pay_sig: signatures::payment("requestVirtualPayment", &sign_data, LIVE_KEY),
        mode: "short_series_coin".to_owned(),
        sign_data,
    };
    let function = PaymentFunction::VirtualPayment;
    assert!(simulator.request_payment(function, APP, login.user, &request).unwrap().is_ok());
    assert_eq!(signed(XPAY[1], &login, "order-0001").send(&simulator).await.errcode(), 0);
}

#[tokio::test]
async fn a_payment_signature_covers_the_path_without_a_prefix_of_the_simulator() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    let token = access_token(&simulator, APP).await;
    let Call { path, signature, pay_sig, body } = signed(XPAY[0], &login, "order");
    let path = format!("/wechat{path}?access_token={token}&signature={signature}&pay_sig={pay_sig}");
    let nested = Router::new().nest("/wechat", simulator.router());
    let response = nested.oneshot(Request::post(path).body(Body::from(body)).unwrap()).await.unwrap();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert!(body.starts_with(br#"{"errcode":0,"#), "{body:?}");
}
