//! The order of a payment: its signData.

use serde_json::{Map, Value, json};

use super::payment::{PaymentErrcodes, PaymentFunction, PaymentRequest};
use crate::{NewPush, PushEvent, UserId, wire::ApiError, world::Env};

const B2B_MODES: [&str; 4] =
    ["retail_pay_goods", "retail_pay_indirect_goods", "retail_pay_combined_goods", "retail_pay_goods_new"];

/// What the simulator needs of an order whose other members are valid, too.
pub(super) struct Order {
    /// The offer or the merchant.
    pub(super) offer_id: String,
    pub(super) env: Env,
    pub(super) number: Option<String>,
    /// What a virtual payment buys.
    purchase: Option<Purchase>,
}

/// What WeChat tells the app's server of a purchase.
struct Purchase {
    event: &'static str,
    /// The name of the member that describes the purchase, and its value.
    details: (&'static str, Value),
}

impl Order {
    /// The message to the app's server that the order is paid. Only virtual payment has one. WeChat Pay's numbers
    /// and the paid price are left out, because the simulator has none.
    pub(super) fn paid_message(&self, app_id: &str, user: UserId) -> Option<NewPush> {
        let Purchase { event, details: (name, details) } = self.purchase.as_ref()?;
        let event = PushEvent::Other { name: (*event).to_owned(), user: Some(user) };
        let mut push = NewPush::new(app_id, event);
        push.fields.insert("OutTradeNo".to_owned(), json!(self.number));
        push.fields.insert("Env".to_owned(), json!(self.env.number()));
        push.fields.insert((*name).to_owned(), details.clone());
        Some(push)
    }

    /// Parses and checks the signData of a payment.
    pub(super) fn parse(function: PaymentFunction, request: &PaymentRequest) -> Result<Self, ApiError> {
        let errcodes = function.errcodes();
        let members = serde_json::from_str(&request.sign_data).map_err(|_| errcodes.sign_data)?;
        let data = SignData { members, errcodes };
        match function {
            PaymentFunction::VirtualPayment => data.virtual_payment(&request.mode),
            PaymentFunction::SubscribeSign => data.offer(None),
            PaymentFunction::CommonPayment => data.b2b_payment(&request.mode),
            PaymentFunction::MidasPaymentGameItem => data.game_item(),
        }
    }
}

struct SignData {
    members: Map<String, Value>,
    errcodes: PaymentErrcodes,
}

impl SignData {
    fn virtual_payment(&self, mode: &str) -> Result<Order, ApiError> {
        let are_goods = match mode {
            "short_series_coin" => false,
            "short_series_goods" => true,
            _ => return Err(ApiError::from(self.errcodes.mode)),
        };
        if are_goods {
            self.goods()?;
        }
        self.number("buyQuantity", 1)?;
        self.currency()?;
        self.text("attach")?;
        let order = self.offer(Some(self.order_number("outTradeNo", 8, "_-|*@")?))?;
        Ok(Order { purchase: Some(self.purchase(are_goods)), ..order })
    }

    fn purchase(&self, are_goods: bool) -> Purchase {
        let member = |name| self.members.get(name).cloned().unwrap_or_default();
        let mut details = json!({ "Quantity": member("buyQuantity"), "Attach": member("attach") });
        if !are_goods {
            return Purchase { event: "xpay_coin_pay_notify", details: ("CoinInfo", details) };
        }
        details["ProductId"] = member("productId");
        details["OrigPrice"] = member("goodsPrice");
        Purchase { event: "xpay_goods_deliver_notify", details: ("GoodsInfo", details) }
    }

    fn game_item(&self) -> Result<Order, ApiError> {
        if self.text("mode")? != "goods" {
            return Err(self.invalid("mode"));
        }
        self.goods()?;
        self.number("buyQuantity", 1)?;
        self.currency()?;
        let has_number = self.members.contains_key("outTradeNo");
        let number = has_number.then(|| self.order_number("outTradeNo", 1, "_-|*@")).transpose()?;
        self.offer(number)
    }

    fn b2b_payment(&self, mode: &str) -> Result<Order, ApiError> {
        if !B2B_MODES.contains(&mode) {
            return Err(ApiError::from(self.errcodes.mode));
        }
        self.text("description")?;
        let amount = self.members.get("amount").and_then(|amount| amount.get("order_amount"));
        amount.and_then(Value::as_u64).ok_or_else(|| self.invalid("amount.order_amount"))?;
        let number = self.order_number("out_trade_no", 6, "_-*")?;
        let offer_id = self.text("mchid")?.to_owned();
        Ok(Order { offer_id, env: self.env()?, number: Some(number), purchase: None })
    }

    fn goods(&self) -> Result<(), ApiError> {
        if self.text("productId")?.is_empty() {
            return Err(self.invalid("productId"));
        }
        self.number("goodsPrice", 0)
    }

    fn offer(&self, number: Option<String>) -> Result<Order, ApiError> {
        let offer_id = self.text("offerId")?.to_owned();
        Ok(Order { offer_id, env: self.env()?, number, purchase: None })
    }

    /// The environment, live by default.
    fn env(&self) -> Result<Env, ApiError> {
        let Some(env) = self.members.get("env") else { return Ok(Env::Live) };
        env.as_i64().and_then(Env::from_number).ok_or_else(|| self.invalid("env"))
    }

    fn currency(&self) -> Result<(), ApiError> {
        if self.text("currencyType")? == "CNY" { Ok(()) } else { Err(self.errcodes.currency.into()) }
    }

    /// An order number: at most 32 letters, digits and `symbols`. It does not begin with `_`.
    fn order_number(&self, name: &str, min_length: usize, symbols: &str) -> Result<String, ApiError> {
        let number = self.text(name)?;
        let is_valid = (min_length..=32).contains(&number.len())
            && !number.starts_with('_')
            && number.chars().all(|char| char.is_ascii_alphanumeric() || symbols.contains(char));
        if is_valid { Ok(number.to_owned()) } else { Err(self.invalid(name)) }
    }

    fn text(&self, name: &str) -> Result<&str, ApiError> {
        self.members.get(name).and_then(Value::as_str).ok_or_else(|| self.invalid(name))
    }

    fn number(&self, name: &str, min: u64) -> Result<(), ApiError> {
        let number = self.members.get(name).and_then(Value::as_u64);
        if number.is_some_and(|number| number >= min) { Ok(()) } else { Err(self.invalid(name)) }
    }

    fn invalid(&self, name: &str) -> ApiError {
        ApiError::new(self.errcodes.parameter, format!("PARAM_ERROR {name}"))
    }
}
