//! The order of a payment: its signData.

use serde_json::{Map, Value};

use super::payment::{PaymentErrcodes, PaymentFunction, PaymentRequest};
use crate::{wire::ApiError, world::Env};

const B2B_MODES: [&str; 4] =
    ["retail_pay_goods", "retail_pay_indirect_goods", "retail_pay_combined_goods", "retail_pay_goods_new"];

/// What the simulator needs of an order whose other members are valid, too.
pub(super) struct Order {
    /// The offer or the merchant.
    pub(super) offer_id: String,
    pub(super) env: Env,
    pub(super) number: Option<String>,
}

impl Order {
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
        match mode {
            "short_series_coin" => {}
            "short_series_goods" => self.goods()?,
            _ => return Err(ApiError::from(self.errcodes.mode)),
        }
        self.number("buyQuantity", 1)?;
        self.currency()?;
        self.text("attach")?;
        self.offer(Some(self.order_number("outTradeNo", 8, "_-|*@")?))
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
        Ok(Order { offer_id: self.text("mchid")?.to_owned(), env: self.env()?, number: Some(number) })
    }

    fn goods(&self) -> Result<(), ApiError> {
        if self.text("productId")?.is_empty() {
            return Err(self.invalid("productId"));
        }
        self.number("goodsPrice", 0)
    }

    fn offer(&self, number: Option<String>) -> Result<Order, ApiError> {
        Ok(Order { offer_id: self.text("offerId")?.to_owned(), env: self.env()?, number })
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
