use serde_json::{Map, Value, json};

use super::{
    super::{JsonObject, JsonText, JsonType, JsonValue},
    *,
};
use crate::{
    app::{PaymentEnv, RegistrationMethod},
    samples,
};

const OFFER: &str = "1450000001";
const OTHER_OFFER: &str = "1450000002";

const VIRTUAL: PaymentUri = PaymentUri::RequestVirtualPayment;
const ITEM: PaymentUri = PaymentUri::RequestMidasPaymentGameItem;
const SUBSCRIBE: PaymentUri = PaymentUri::RequestSubscribeSign;
const COMMON: PaymentUri = PaymentUri::RequestCommonPayment;
const XPAY: PaymentUri = PaymentUri::CurrencyPay;
const GAME: PaymentUri = PaymentUri::GamePay;

fn offer(id: &str) -> Offer {
    let key = |env: &str| Some(format!("{id}-{env}").parse().unwrap());
    Offer { id: id.parse().unwrap(), app_key: key("live"), sandbox_app_key: key("sandbox") }
}

fn app(offers: &[&str]) -> App {
    App { offers: offers.iter().map(|id| offer(id)).collect(), ..samples::app(RegistrationMethod::OpenData) }
}

fn object(value: &Value) -> JsonObject {
    let value_of = |value: &Value| match value {
        Value::String(text) => JsonValue::Text(text.clone()),
        Value::Number(number) => {
            number.as_u64().map_or(JsonValue::Other(JsonType::Fraction), JsonValue::Number)
        }
        Value::Null => JsonValue::Other(JsonType::Null),
        Value::Bool(_) => JsonValue::Other(JsonType::Boolean),
        Value::Array(_) => JsonValue::Other(JsonType::Array),
        Value::Object(_) => JsonValue::Other(JsonType::Object),
    };
    let members = value.as_object().unwrap().iter();
    JsonObject::try_new(members.map(|(name, value)| (name.clone(), value_of(value))).collect()).unwrap()
}

fn payment(uri: PaymentUri, value: &Value, env: PaymentEnv, offer_id: Option<&str>) -> Message {
    let read = |_: &str| Ok::<_, ()>(object(value));
    Message::Payment(Payment {
        uri,
        text: JsonText::try_new(value.to_string(), read).unwrap(),
        env,
        offer_id: offer_id.map(|id| id.parse().unwrap()),
    })
}

/// A text that may be signed, with a number of the order.
fn sample(uri: PaymentUri) -> Value {
    match uri {
        VIRTUAL => json!({
            "offerId": OFFER, "buyQuantity": 1, "env": 0, "currencyType": "CNY", "productId": "sword",
            "goodsPrice": 10, "outTradeNo": "order-01", "attach": "测试",
        }),
        ITEM => json!({
            "mode": "goods", "offerId": OFFER, "buyQuantity": 1, "env": 0, "currencyType": "CNY",
            "platform": "android", "zoneId": "1", "productId": "sword", "goodsPrice": 10,
            "outTradeNo": "order-01", "attach": "",
        }),
        SUBSCRIBE => json!({ "offerId": OFFER, "productId": "vip", "outTradeNo": "order-01", "env": 0 }),
        COMMON => json!({
            "mchid": OFFER, "out_trade_no": "order-01", "description": "测试", "env": 0,
            "amount": { "order_amount": 1, "currency": "CNY" },
        }),
        PaymentUri::QueryUserBalance | PaymentUri::CurrencyPay | PaymentUri::CancelCurrencyPay => {
            json!({ "openid": "oABC", "env": 0, "user_ip": "127.0.0.1", "order_id": "order-01" })
        }
        PaymentUri::GameGetbalance
        | PaymentUri::GamePay
        | PaymentUri::GameCancelpay
        | PaymentUri::GamePresent => json!({
            "openid": "oABC", "env": 0, "offer_id": OFFER, "ts": 1, "zone_id": "1", "bill_no": "order-01",
        }),
    }
}

/// Each fault as a sentence, or none.
fn faults_of(message: &Message, app: &App) -> Vec<String> {
    match check(message, app, &samples::identity().id) {
        Ok(_) => Vec::new(),
        Err(SignError::Refused(faults)) => faults.iter().map(ToString::to_string).collect(),
        Err(error) => vec![error.to_string()],
    }
}

/// The faults of the sample with `value` in the place of its member; without the member where it is absent.
fn faults(uri: PaymentUri, member: &str, value: Option<Value>) -> Vec<String> {
    let mut text: Map<_, _> = sample(uri).as_object().unwrap().clone();
    match value {
        Some(value) => text.insert(member.to_owned(), value),
        None => text.remove(member),
    };
    faults_of(&payment(uri, &Value::Object(text), PaymentEnv::Live, None), &app(&[OFFER]))
}

fn assert_faults(uri: PaymentUri, table: &[(&str, Option<Value>, &[&str])]) {
    for (member, value, expected) in table {
        assert_eq!(faults(uri, member, value.clone()), *expected, "{uri:?} {member} {value:?}");
    }
}

#[test]
fn every_kind_has_a_text_that_may_be_signed() {
    let app = app(&[OFFER]);
    for uri in PaymentUri::ALL {
        let message = payment(*uri, &sample(*uri), PaymentEnv::Live, None);
        let approved = check(&message, &app, &samples::identity().id).unwrap();
        assert_eq!(approved.payment.unwrap().1.expose(), "1450000001-live");
        assert_eq!(approved.order_number, Some("order-01"), "{uri:?}");
    }
    let path = Message::CalendarPath("pages/index/index?id=1".parse().unwrap());
    assert!(check(&path, &app, &samples::identity().id).unwrap().payment.is_none());
}

#[test]
fn an_order_of_virtual_payment_has_every_member_and_no_other() {
    let number = "sign_data.outTradeNo must be 8 to 32 of 0-9 A-Z a-z _ - | * @, and must not begin with _";
    for uri in [VIRTUAL, ITEM] {
        for member in ["offerId", "buyQuantity", "env", "currencyType", "attach", "outTradeNo"] {
            let missing = format!("sign_data.{member} is missing");
            assert_eq!(faults(uri, member, None), [missing], "{uri:?}");
            let null = &faults(uri, member, Some(Value::Null))[0];
            assert!(null.starts_with(&format!("sign_data.{member} must be a")), "{null}");
            assert!(null.ends_with(", not null"), "{null}");
        }
        assert_faults(
            uri,
            &[
                ("offerId", Some(json!(1)), &["sign_data.offerId must be a string, not a number"]),
                ("offerId", Some(json!("unknown")), &["sign_data.offerId is not configured for the app"]),
                (
                    "buyQuantity",
                    Some(json!("1")),
                    &["sign_data.buyQuantity must be a whole number, not a string"],
                ),
                (
                    "buyQuantity",
                    Some(json!(1.5)),
                    &["sign_data.buyQuantity must be a whole number, not a fraction"],
                ),
                (
                    "buyQuantity",
                    Some(json!(0)),
                    &["sign_data.buyQuantity must be a whole number from 1 to 9007199254740991"],
                ),
                (
                    "buyQuantity",
                    Some(json!(1_u64 << 53)),
                    &["sign_data.buyQuantity must be a whole number from 1 to 9007199254740991"],
                ),
                ("env", Some(json!(1)), &["sign_data.env must be the env of the request, 0"]),
                ("env", Some(json!("0")), &["sign_data.env must be a whole number, not a string"]),
                ("currencyType", Some(json!("USD")), &["sign_data.currencyType must be CNY"]),
                ("currencyType", Some(json!("cny")), &["sign_data.currencyType must be CNY"]),
                ("attach", Some(json!({})), &["sign_data.attach must be a string, not an object"]),
                ("productId", None, &["sign_data.productId is missing"]),
                ("goodsPrice", None, &["sign_data.goodsPrice is missing"]),
                ("productId", Some(json!("")), &["sign_data.productId must be the id of a product"]),
                (
                    "goodsPrice",
                    Some(json!("10")),
                    &["sign_data.goodsPrice must be a whole number, not a string"],
                ),
                ("goodsPrice", Some(json!(0)), &[]),
                ("outTradeNo", Some(json!("1234567")), &[number]),
                ("outTradeNo", Some(json!("_order-01")), &[number]),
                ("outTradeNo", Some(json!("order 01")), &[number]),
                ("outTradeNo", Some(json!("order-01\n")), &[number]),
                ("outTradeNo", Some(json!("订单-00001")), &[number]),
                ("outTradeNo", Some(json!("x".repeat(33))), &[number]),
                ("outTradeNo", Some(json!("x".repeat(32))), &[]),
                ("outTradeNo", Some(json!("aZ0-|*@_")), &[]),
                ("openid", Some(json!("oABC")), &["sign_data.openid is not a member of this kind"]),
                ("kv_list", Some(json!([])), &["sign_data.kv_list is not a member of this kind"]),
                ("order_id", Some(json!("1")), &["sign_data.order_id is not a member of this kind"]),
                ("outtradeno1", Some(json!("1")), &["sign_data.outtradeno1 is not a member of this kind"]),
            ],
        );
    }
    assert_faults(
        ITEM,
        &[
            ("zoneId", Some(json!(1)), &["sign_data.zoneId must be a string, not a number"]),
            ("mode", None, &[]),
        ],
    );
    assert_faults(
        VIRTUAL,
        &[("mode", Some(json!("goods")), &["sign_data.mode is not a member of this kind"])],
    );
}

#[test]
fn coins_have_neither_product_nor_price() {
    let mut coins = sample(VIRTUAL);
    for member in ["productId", "goodsPrice"] {
        coins.as_object_mut().unwrap().remove(member);
    }
    assert!(faults_of(&payment(VIRTUAL, &coins, PaymentEnv::Live, None), &app(&[OFFER])).is_empty());
}

#[test]
fn all_faults_are_told_at_once() {
    let order =
        json!({ "offerId": OFFER, "env": 1, "currencyType": 7, "attach": "", "outTradeNo": "x", "a": 1 });
    let faults = faults_of(&payment(VIRTUAL, &order, PaymentEnv::Live, None), &app(&[OFFER]));
    let fields: Vec<_> = faults.iter().filter_map(|fault| fault.split(' ').next()).collect();
    assert_eq!(
        fields,
        ["a", "buyQuantity", "env", "currencyType", "outTradeNo"].map(|m| format!("sign_data.{m}"))
    );
}

#[test]
fn other_orders_are_checked_as_far_as_they_are_known() {
    for uri in [SUBSCRIBE, COMMON] {
        assert_faults(
            uri,
            &[
                ("env", None, &[]),
                ("env", Some(json!(1)), &["sign_data.env must be the env of the request, 0"]),
                ("attach", Some(json!(1)), &["sign_data.attach must be a string, not a number"]),
                (
                    "buyQuantity",
                    Some(json!("1")),
                    &["sign_data.buyQuantity must be a whole number, not a string"],
                ),
                ("currencyType", Some(json!("USD")), &["sign_data.currencyType must be CNY"]),
                (
                    "goodsPrice",
                    Some(json!(-1)),
                    &["sign_data.goodsPrice must be a whole number, not a fraction"],
                ),
                ("offerId", Some(json!("unknown")), &["sign_data.offerId is not configured for the app"]),
                (
                    "out_trade_no",
                    Some(json!("a b")),
                    &["sign_data.out_trade_no must be 1 to 32 of 0-9 A-Z a-z _ - | * @"],
                ),
                (
                    "outTradeNo",
                    Some(json!("short")),
                    &[
                        "sign_data.outTradeNo must be 8 to 32 of 0-9 A-Z a-z _ - | * @, and must not begin with _",
                    ],
                ),
                ("planId", Some(json!("other")), &[]),
                (
                    "currencytype",
                    Some(json!("USD")),
                    &["sign_data.currencytype must be written currencyType"],
                ),
                ("openid", Some(json!("oABC")), &["sign_data.openid is not a member of this kind"]),
                ("OpenID", Some(json!("oABC")), &["sign_data.OpenID is not a member of this kind"]),
                ("kv_list", Some(json!([])), &["sign_data.kv_list is not a member of this kind"]),
                ("Key", Some(json!([])), &["sign_data.Key is not a member of this kind"]),
            ],
        );
    }
    let empty = payment(SUBSCRIBE, &json!({}), PaymentEnv::Live, None);
    assert_eq!(faults_of(&empty, &app(&[OFFER])), ["sign_data must not be empty"]);
}

#[test]
fn a_body_is_about_the_person_of_the_session() {
    for (uri, number) in [(XPAY, "order_id"), (GAME, "bill_no")] {
        let not_theirs = "body.openid must be the openid of the session";
        let number_fault = format!("body.{number} must be 1 to 64 visible ASCII characters");
        assert_faults(
            uri,
            &[
                ("openid", None, &["body.openid is missing"]),
                ("openid", Some(json!("oOther")), &[not_theirs]),
                ("openid", Some(json!("oabc")), &[not_theirs]),
                ("openid", Some(json!("oABC ")), &[not_theirs]),
                ("openid", Some(json!(["oABC"])), &["body.openid must be a string, not an array"]),
                ("env", None, &["body.env is missing"]),
                ("env", Some(json!(1)), &["body.env must be the env of the request, 0"]),
                ("env", Some(json!(false)), &["body.env must be a whole number, not a boolean"]),
                ("offer_id", Some(json!("unknown")), &["body.offer_id is not configured for the app"]),
                ("offer_id", None, &[]),
                ("OFFER_id2", Some(json!(1)), &[]),
                ("kv_list", Some(json!([])), &["body.kv_list is not a member of this kind"]),
                ("key", Some(json!([])), &["body.key is not a member of this kind"]),
                (number, Some(json!("订单")), &[&number_fault]),
                (number, Some(json!("")), &[&number_fault]),
                (number, Some(json!("x".repeat(65))), &[&number_fault]),
                (number, None, &[]),
                ("amount", Some(json!(-1)), &[]),
            ],
        );
    }
    assert_faults(XPAY, &[("Bill_No", Some(json!("1")), &["body.Bill_No must be written bill_no"])]);
}

#[test]
fn no_order_is_a_body_and_no_body_is_an_order() {
    let app = app(&[OFFER]);
    for uri in PaymentUri::ALL {
        for other in PaymentUri::ALL.iter().filter(|other| other.field() != uri.field()) {
            let message = payment(*other, &sample(*uri), PaymentEnv::Live, None);
            assert!(!faults_of(&message, &app).is_empty(), "{uri:?} as {other:?}");
        }
    }
}

#[test]
fn the_offer_is_that_of_the_text_or_of_the_request_or_the_only_one() {
    let without = json!({ "productId": "vip" });
    let of = |id: &str| json!({ "offerId": id, "productId": "vip" });
    let merchant = json!({ "mchid": OTHER_OFFER });
    let (one, two): (&[_], &[_]) = (&[OFFER], &[OFFER, OTHER_OFFER]);
    let not_configured = |field: &str| Err(format!("{field} is not configured for the app"));
    let key = |offer: &str| Ok(format!("{offer}-live"));
    let table = [
        (&without, None, one, key(OFFER)),
        (&without, None, two, Err("offer_id is missing".to_owned())),
        (&without, Some(OTHER_OFFER), two, key(OTHER_OFFER)),
        (&without, Some(OTHER_OFFER), one, not_configured("offer_id")),
        (&of(OTHER_OFFER), None, two, key(OTHER_OFFER)),
        (&of(OTHER_OFFER), Some(OTHER_OFFER), two, key(OTHER_OFFER)),
        (&of(OTHER_OFFER), None, one, not_configured("sign_data.offerId")),
        (
            &of(OTHER_OFFER),
            Some(OFFER),
            two,
            Err("sign_data.offerId must be the offer_id of the request".to_owned()),
        ),
        (&merchant, None, two, key(OTHER_OFFER)),
        (&merchant, Some(OFFER), two, key(OFFER)),
        (&merchant, None, one, key(OFFER)),
        (&without, None, &[], Err("the app has no offer".to_owned())),
        (&of(OFFER), Some(OFFER), &[], Err("the app has no offer".to_owned())),
    ];
    for (text, requested, offers, expected) in table {
        let message = payment(COMMON, text, PaymentEnv::Live, requested);
        let app = app(offers);
        let chosen = check(&message, &app, &samples::identity().id);
        let chosen = chosen.map(|approved| approved.payment.unwrap().1.expose().to_owned());
        assert_eq!(
            chosen.map_err(|_| faults_of(&message, &app).join(", ")),
            expected,
            "{text} {requested:?}"
        );
    }
}

#[test]
fn each_environment_has_its_key() {
    let mut app = app(&[OFFER]);
    let text = json!({ "productId": "vip" });
    let sandbox = payment(SUBSCRIBE, &text, PaymentEnv::Sandbox, None);
    let approved = check(&sandbox, &app, &samples::identity().id).unwrap();
    assert_eq!(approved.payment.unwrap().1.expose(), "1450000001-sandbox");
    app.offers[0].sandbox_app_key = None;
    assert_eq!(faults_of(&sandbox, &app), ["the offer has no appKey for env 1"]);
    assert!(faults_of(&payment(SUBSCRIBE, &text, PaymentEnv::Live, None), &app).is_empty());
}

#[test]
fn a_calendars_path_joins_no_voice_chat() {
    let joined = format!("155912971367297598215591297148AP6DT9ybtniUJfbw{}", samples::identity().id.app_id);
    let message = Message::CalendarPath(joined.parse().unwrap());
    assert_eq!(faults_of(&message, &app(&[])), ["path must not contain the app's id"]);
}
