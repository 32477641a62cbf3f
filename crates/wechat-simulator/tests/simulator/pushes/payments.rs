//! The messages that follow virtual payments.

use serde_json::{Value, json};
use wechat_simulator::{Fault, FaultKind, PaymentFunction, PaymentRequest, signatures};

use super::{
    plain,
    receiver::{Answer, Receiver},
    set_address,
};
use crate::support::{LIVE_KEY, LoggedIn, OFFER, log_in, phone, post, simulator_with_offer};

const ROUTE: &str = "/sim/wx/requestVirtualPayment";

fn order(number: &str) -> Value {
    json!({
        "offerId": OFFER, "buyQuantity": 2, "env": 0, "currencyType": "CNY", "productId": "sword",
        "goodsPrice": 10, "outTradeNo": number, "attach": "测试",
    })
}

/// The body of a signed payment.
fn payment(login: &LoggedIn, order: &Value, mode: &str) -> Value {
    let sign_data = order.to_string();
    let mut body = phone(login.user);
    body["paySig"] = json!(signatures::payment("requestVirtualPayment", &sign_data, LIVE_KEY));
    body["signature"] = json!(signatures::login_state(&sign_data, &login.key));
    body["signData"] = json!(sign_data);
    body["mode"] = json!(mode);
    body
}

#[tokio::test]
async fn a_paid_order_is_pushed() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    let mut receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    for (number, mode, event, name, details) in [
        (
            "order-0001",
            "short_series_goods",
            "xpay_goods_deliver_notify",
            "GoodsInfo",
            json!({ "ProductId": "sword", "Quantity": 2, "OrigPrice": 10, "Attach": "测试" }),
        ),
        (
            "order-0002",
            "short_series_coin",
            "xpay_coin_pay_notify",
            "CoinInfo",
            json!({ "Quantity": 2, "Attach": "测试" }),
        ),
    ] {
        let paid = post(&simulator, ROUTE, payment(&login, &order(number), mode)).await;
        assert_eq!(paid.json()["errMsg"], "requestVirtualPayment:ok");
        let received = receiver.next().await;
        let message = received.json();
        assert_eq!(message["Event"], event);
        assert_eq!(message["OpenId"], login.openid);
        assert_eq!(message["OutTradeNo"], number);
        assert_eq!(message["Env"], 0);
        assert_eq!(message[name], details);
        assert_eq!(message.as_object().unwrap().len(), 9, "{message}");
    }
}

#[tokio::test]
async fn an_order_is_pushed_until_its_goods_are_delivered() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    let mut receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    receiver.will_answer([Answer::Body("later")]);
    post(&simulator, ROUTE, payment(&login, &order("order-0001"), "short_series_goods")).await;
    let first = receiver.next().await;
    simulator.advance(2);
    assert_eq!(receiver.next().await.body, first.body);
}

#[tokio::test]
async fn a_payment_whose_reply_is_lost_is_pushed() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    let mut receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    simulator.set_faults(vec![Fault::on(ROUTE, FaultKind::Empty).consuming()]);
    let lost = post(&simulator, ROUTE, payment(&login, &order("order-0001"), "short_series_goods")).await;
    assert_eq!(lost.body, "");
    assert_eq!(receiver.next().await.json()["OutTradeNo"], "order-0001");
}

#[tokio::test]
async fn nothing_else_is_pushed() {
    let simulator = simulator_with_offer();
    let login = log_in(&simulator).await;
    let receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    let mut refused = payment(&login, &order("order-0001"), "short_series_goods");
    refused["signature"] = json!("wrong");
    assert_eq!(post(&simulator, ROUTE, refused).await.json()["errCode"], -15_005);
    let function = PaymentFunction::SubscribeSign;
    let sign_data = json!({ "offerId": OFFER }).to_string();
    let request = PaymentRequest {
        pay_sig: signatures::payment(function.name(), &sign_data, LIVE_KEY),
        signature: signatures::login_state(&sign_data, &login.key),
        sign_data,
        mode: String::new(),
    };
    assert!(simulator.request_payment(function, crate::support::APP, login.user, &request).unwrap().is_ok());
    assert!(simulator.pushes().is_empty());
}
