//! What a text of each kind may hold. The names and rules are those of WeChat's pages on virtual payment.

use super::members::{
    Members,
    Presence::{self, Optional, Required},
};
use crate::{app::PaymentEnv, ids::OpenId, localized::Localized, text::is_visible_ascii};

/// What was found in a text, beside its faults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found<'a> {
    /// The offer, and the member that names it.
    pub(super) offer: Option<(&'static str, &'a str)>,
    /// The merchant of B2b payment, which may be configured as an offer.
    pub(super) merchant: Option<&'a str>,
    /// The number of the order.
    pub(super) order_number: Option<&'a str>,
}

/// Every member of an order of virtual payment.
const VIRTUAL_PAYMENT: [&str; 8] =
    ["offerId", "buyQuantity", "env", "currencyType", "attach", "outTradeNo", "productId", "goodsPrice"];

/// The further members of an order of an item in a game.
const GAME_ITEM: [&str; 3] = ["mode", "platform", "zoneId"];

/// The members of the other orders that are checked if they are there.
const ORDER: [&str; 9] = [
    "offerId",
    "buyQuantity",
    "env",
    "currencyType",
    "attach",
    "outTradeNo",
    "goodsPrice",
    "mchid",
    "out_trade_no",
];

/// The members of a call's body that are checked.
const BODY: [&str; 5] = ["openid", "env", "offer_id", "order_id", "bill_no"];

/// What a game stores for a user takes a signature of the user and no other (setUserStorage,
/// setUserInteractiveData, removeUserStorage): a text with one of these would be accepted there.
const STORAGE: [&str; 2] = ["kv_list", "key"];

/// What makes a text the body of a call about a user.
const USER: [&str; 1] = ["openid"];

/// An order whose members are all known.
pub(super) fn virtual_payment<'a>(members: &mut Members<'a>, env: PaymentEnv) -> Found<'a> {
    members.only(&VIRTUAL_PAYMENT);
    order_in_full(members, env)
}

/// An order of an item in a game.
pub(super) fn midas_game_item<'a>(members: &mut Members<'a>, env: PaymentEnv) -> Found<'a> {
    members.only(&[&VIRTUAL_PAYMENT[..], &GAME_ITEM].concat());
    for name in GAME_ITEM {
        members.any_text(name, Optional);
    }
    order_in_full(members, env)
}

fn order_in_full<'a>(members: &mut Members<'a>, env: PaymentEnv) -> Found<'a> {
    let offer = members.any_text("offerId", Required);
    members.number("buyQuantity", Required, 1);
    same_env(members, Required, env);
    currency(members, Required);
    members.any_text("attach", Required);
    let order_number = out_trade_no(members, Required);
    let belongs_to = |other| if other { Required } else { Optional };
    let (has_product, has_price) = (members.has("productId"), members.has("goodsPrice"));
    let expected = Localized::fixed("the id of a product", "道具的 id");
    members.text("productId", belongs_to(has_price), |text| !text.is_empty(), &expected);
    members.number("goodsPrice", belongs_to(has_product), 0);
    Found { offer: offer.map(|offer| ("offerId", offer)), merchant: None, order_number }
}

/// An order whose members are not all known: those of the contract of a subscription and of B2b payment.
pub(super) fn other_order<'a>(members: &mut Members<'a>, env: PaymentEnv) -> Found<'a> {
    members.not_empty();
    members.none_of(&STORAGE);
    members.none_of(&USER);
    members.spelled_like(&ORDER);
    let offer = members.any_text("offerId", Optional);
    let merchant = members.any_text("mchid", Optional);
    members.number("buyQuantity", Optional, 1);
    members.number("goodsPrice", Optional, 0);
    same_env(members, Optional, env);
    currency(members, Optional);
    members.any_text("attach", Optional);
    let order_number = out_trade_no(members, Optional);
    let expected = Localized::fixed(
        "1 to 32 of 0-9 A-Z a-z _ - | * @",
        "1 到 32 个字符，只能包含 0-9 A-Z a-z _ - | * @",
    );
    let merchants = members.text("out_trade_no", Optional, |text| is_order_number(text, 1), &expected);
    let order_number = order_number.or(merchants);
    Found { offer: offer.map(|offer| ("offerId", offer)), merchant, order_number }
}

/// The body of a call about a user. `number` names the member with the number of the order.
pub(super) fn body<'a>(
    members: &mut Members<'a>,
    env: PaymentEnv,
    openid: &OpenId,
    number: &'static str,
) -> Found<'a> {
    members.none_of(&STORAGE);
    members.spelled_like(&BODY);
    let expected = Localized::fixed("the openid of the session", "该会话的 openid");
    members.text("openid", Required, |text| text == openid.as_str(), &expected);
    same_env(members, Required, env);
    let offer = members.any_text("offer_id", Optional);
    let expected = Localized::fixed("1 to 64 visible ASCII characters", "1 到 64 个可见 ASCII 字符");
    let order_number = members.text(number, Optional, |text| is_visible_ascii(text, 64), &expected);
    Found { offer: offer.map(|offer| ("offer_id", offer)), merchant: None, order_number }
}

fn same_env(members: &mut Members<'_>, presence: Presence, env: PaymentEnv) {
    let expected = u64::from(env.number());
    if members.number("env", presence, 0).is_some_and(|number| number != expected) {
        let detail = Localized::new(
            format!("must be the env of the request, {expected}"),
            format!("必须与请求的 env 一致，即 {expected}"),
        );
        members.add_invalid("env", detail);
    }
}

fn currency(members: &mut Members<'_>, presence: Presence) {
    members.text("currencyType", presence, |text| text == "CNY", &Localized::fixed("CNY", "CNY"));
}

fn out_trade_no<'a>(members: &mut Members<'a>, presence: Presence) -> Option<&'a str> {
    let is_valid = |text: &str| is_order_number(text, 8) && !text.starts_with('_');
    let expected = Localized::fixed(
        "8 to 32 of 0-9 A-Z a-z _ - | * @, and must not begin with _",
        "8 到 32 个字符，只能包含 0-9 A-Z a-z _ - | * @，且不能以 _ 开头",
    );
    members.text("outTradeNo", presence, is_valid, &expected)
}

fn is_order_number(text: &str, least: usize) -> bool {
    let is_in_number =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'|' | b'*' | b'@');
    (least..=32).contains(&text.len()) && text.bytes().all(is_in_number)
}
