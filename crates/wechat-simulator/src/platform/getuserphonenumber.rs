//! 获取手机号: `POST /wxa/business/getuserphonenumber`.

use serde::{Deserialize, Serialize};

use super::{GETUSERPHONENUMBER, PlatformCall, credentials};
use crate::{
    open_data::Watermark,
    phone::PhoneInfo,
    wire::{self, ApiError, Success},
    world::{RedeemError, User, World},
};

#[derive(Deserialize)]
struct PhoneNumberRequest {
    code: Option<String>,
    openid: Option<String>,
}

#[derive(Serialize)]
pub(super) struct PhoneNumberReply {
    phone_info: PhoneInfo<'static>,
}

/// Exchanges a code of the phone button. WeChat bills each success. Whether an openid that is not the code's
/// uses the code is not known; here it does not.
pub(super) fn answer(world: &World, call: &PlatformCall) -> Result<Success<PhoneNumberReply>, ApiError> {
    let app = credentials::by_access_token(world, call)?;
    let request: PhoneNumberRequest = wire::json_body(&call.body)?;
    let openid = request.openid.filter(|openid| !openid.is_empty());
    let is_owner = |user: &User| {
        let given = openid.as_deref().map(|openid| world.user_of(&app, openid));
        given.is_none_or(|owner| owner.is_some_and(|owner| owner.id == user.id))
    };
    let code = request.code.unwrap_or_default();
    let redeemed = world.phone_codes.redeem(&code, &app, world.clock.now_ms(), is_owner);
    let redeemed = redeemed.map_err(|error| match error {
        RedeemError::Unknown | RedeemError::Used => 40029,
        RedeemError::OtherApp => 40013,
        RedeemError::Refused => world.policies.phone_openid_mismatch,
    })?;
    world.calls.record_billed(GETUSERPHONENUMBER);
    let watermark =
        Watermark { timestamp: redeemed.issued_ms.div_euclid(1000), appid: app.app.app_id.clone().into() };
    let phone_info = PhoneInfo::of(&redeemed.user, watermark, world.policies);
    Ok(wire::success(PhoneNumberReply { phone_info }))
}
