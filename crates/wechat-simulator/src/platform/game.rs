//! The coins (游戏币) of a game: `/wxa/game`.
//!
//! Verifies both signatures over the exact body. Keeps no balances: they are zero, and suffice for every
//! payment, which may be repeated.

use serde::{Deserialize, Serialize};

use super::{PlatformCall, credentials, login_state::HMAC_SHA256};
use crate::{
    signatures,
    wire::{self, ApiError, Success},
    world::{Env, SignatureError, World},
};

pub(super) const GETBALANCE: &str = "/wxa/game/getbalance";
pub(super) const PAY: &str = "/wxa/game/pay";
pub(super) const CANCELPAY: &str = "/wxa/game/cancelpay";
pub(super) const PRESENT: &str = "/wxa/game/present";

const SIGNATURE_WRONG: i32 = 90_010;
const PAY_SIG_WRONG: i32 = 90_011;
const SESSION_KEY_EXPIRED: i32 = 90_016;
const PARAMETER_WRONG: i32 = 90_018;

#[derive(Deserialize)]
struct GameRequest {
    openid: Option<String>,
    offer_id: Option<String>,
    env: Option<i64>,
    bill_no: Option<String>,
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
    first_save: bool,
}

#[derive(Serialize)]
pub(super) struct Paid {
    bill_no: String,
    balance: u32,
    used_present_amount: u32,
}

#[derive(Serialize)]
pub(super) struct Presented {
    bill_no: String,
    balance: u32,
}

pub(super) fn getbalance(world: &World, call: &PlatformCall) -> Result<Success<Balance>, ApiError> {
    verify(world, call)?;
    Ok(wire::success(Balance::default()))
}

/// A payment or its cancellation.
pub(super) fn pay(world: &World, call: &PlatformCall) -> Result<Success<Paid>, ApiError> {
    let bill_no = bill_number(verify(world, call)?)?;
    Ok(wire::success(Paid { bill_no, balance: 0, used_present_amount: 0 }))
}

pub(super) fn present(world: &World, call: &PlatformCall) -> Result<Success<Presented>, ApiError> {
    let bill_no = bill_number(verify(world, call)?)?;
    Ok(wire::success(Presented { bill_no, balance: 0 }))
}

/// Checks the parameters, the body and its signatures. WeChat's own order of these checks is not known.
fn verify(world: &World, call: &PlatformCall) -> Result<GameRequest, ApiError> {
    let app = credentials::by_access_token(world, call)?;
    let request: GameRequest = wire::json_body(&call.body)?;
    if call.query.get("sig_method") != Some(HMAC_SHA256) {
        return Err(invalid("sig_method"));
    }
    let user = request.openid.as_deref().and_then(|openid| world.user_of(&app, openid));
    let user = user.ok_or_else(|| invalid("openid"))?;
    let env = request.env.and_then(Env::from_number).ok_or_else(|| invalid("env"))?;
    let app_key = request.offer_id.as_deref().and_then(|offer_id| app.app_key(offer_id, env));
    let app_key = app_key.ok_or_else(|| invalid("offer_id"))?;
    let signature = call.query.get("signature").unwrap_or_default();
    world.verify(&user, &app, &call.body, signature).map_err(|error| match error {
        SignatureError::NoKey => SESSION_KEY_EXPIRED,
        SignatureError::Invalid => SIGNATURE_WRONG,
    })?;
    if call.query.get("pay_sig") == Some(&signatures::payment(&call.path, &call.body, app_key)) {
        Ok(request)
    } else {
        Err(PAY_SIG_WRONG.into())
    }
}

fn bill_number(request: GameRequest) -> Result<String, ApiError> {
    request.bill_no.filter(|number| !number.is_empty()).ok_or_else(|| invalid("bill_no"))
}

fn invalid(name: &str) -> ApiError {
    ApiError::new(PARAMETER_WRONG, format!("[{name}] {name} is invalid"))
}
