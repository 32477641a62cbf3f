//! The tokens (代币) of virtual payment: `/xpay`.
//!
//! Verifies both signatures over the exact body, and that an order number is new. Keeps no balances: they are
//! zero, and suffice for every payment.

use serde::{Deserialize, Serialize};

use super::{PlatformCall, credentials};
use crate::{
    signatures,
    wire::{self, ApiError, Success},
    world::{Env, RegisteredApp, SignatureError, World},
};

pub(super) const QUERY_USER_BALANCE: &str = "/xpay/query_user_balance";
pub(super) const CURRENCY_PAY: &str = "/xpay/currency_pay";
pub(super) const CANCEL_CURRENCY_PAY: &str = "/xpay/cancel_currency_pay";

const OPENID_WRONG: i32 = 268_490_001;
const PARAMETER_WRONG: i32 = 268_490_002;
const SIGNATURE_WRONG: i32 = 268_490_003;
const REPEATED: i32 = 268_490_004;
const NO_SESSION_KEY: i32 = 268_490_009;

#[derive(Deserialize)]
struct XpayRequest {
    openid: Option<String>,
    env: Option<i64>,
    order_id: Option<String>,
}

#[expect(clippy::struct_field_names, reason = "the names are WeChat's")]
#[derive(Default, Serialize)]
pub(super) struct Balance {
    balance: u32,
    present_balance: u32,
    sum_save: u32,
    sum_present: u32,
    sum_balance: u32,
    sum_cost: u32,
    first_save_flag: bool,
}

#[derive(Serialize)]
pub(super) struct Paid {
    order_id: String,
    balance: u32,
    used_present_amount: u32,
}

#[derive(Serialize)]
pub(super) struct Cancelled {
    order_id: String,
}

pub(super) fn query_user_balance(world: &World, call: &PlatformCall) -> Result<Success<Balance>, ApiError> {
    let app = credentials::by_access_token(world, call)?;
    verify(world, call, &app)?;
    Ok(wire::success(Balance::default()))
}

pub(super) fn currency_pay(world: &World, call: &PlatformCall) -> Result<Success<Paid>, ApiError> {
    let order_id = use_order_number(world, call)?;
    Ok(wire::success(Paid { order_id, balance: 0, used_present_amount: 0 }))
}

pub(super) fn cancel_currency_pay(
    world: &World,
    call: &PlatformCall,
) -> Result<Success<Cancelled>, ApiError> {
    let order_id = use_order_number(world, call)?;
    Ok(wire::success(Cancelled { order_id }))
}

fn use_order_number(world: &World, call: &PlatformCall) -> Result<String, ApiError> {
    let app = credentials::by_access_token(world, call)?;
    let request = verify(world, call, &app)?;
    let order_id = required(request.order_id, "order_id")?;
    if world.orders.use_number(&app, "/xpay", &order_id) { Ok(order_id) } else { Err(REPEATED.into()) }
}

/// Checks the body and its signatures. WeChat's own order of these checks is not known.
fn verify(world: &World, call: &PlatformCall, app: &RegisteredApp) -> Result<XpayRequest, ApiError> {
    let request: XpayRequest = wire::json_body(&call.body)?;
    let openid = required(request.openid.clone(), "openid")?;
    let env = request.env.and_then(Env::from_number).ok_or_else(|| missing("env"))?;
    let user = world.user_of(app, &openid).ok_or(OPENID_WRONG)?;
    let signature = call.query.get("signature").unwrap_or_default();
    world.verify(&user, app, &call.body, signature).map_err(|error| match error {
        SignatureError::NoKey => NO_SESSION_KEY.into(),
        SignatureError::Invalid => ApiError::new(SIGNATURE_WRONG, "用户态签名错误"),
    })?;
    let pay_sig = call.query.get("pay_sig");
    let is_signed = |app_key: &str| pay_sig == Some(&signatures::payment(&call.path, &call.body, app_key));
    if app.app_keys(env).any(is_signed) {
        Ok(request)
    } else {
        Err(ApiError::new(SIGNATURE_WRONG, "支付签名错误"))
    }
}

fn required(text: Option<String>, name: &str) -> Result<String, ApiError> {
    text.filter(|text| !text.is_empty()).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> ApiError {
    ApiError::new(PARAMETER_WRONG, format!("请求参数字段错误: {name}"))
}
