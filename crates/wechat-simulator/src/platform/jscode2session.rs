//! code2Session (小程序登录凭证校验): `GET /sns/jscode2session`.

use serde::Serialize;

use super::{PlatformCall, credentials};
use crate::{
    wire::ApiError,
    world::{RedeemError, RegisteredApp, World},
};

/// A successful reply, its members in WeChat's order.
#[expect(clippy::struct_field_names, reason = "the names are WeChat's")]
#[derive(Serialize)]
pub(super) struct Session {
    session_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<u32>,
    openid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unionid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errcode: Option<i32>,
}

pub(super) fn answer(world: &World, call: &PlatformCall) -> Result<Session, ApiError> {
    let app_id = call.query.get("appid").ok_or(41002)?;
    let secret = call.query.get("secret").ok_or(41004)?;
    let code = call.query.get("js_code").ok_or(41008)?;
    if call.query.get("grant_type") != Some("authorization_code") {
        return Err(40002.into());
    }
    let app = credentials::by_secret(world, app_id, secret, call.peer).inspect_err(|_| {
        if world.policies.failed_exchange_consumes_code {
            world.codes.mark_used(code);
        }
    })?;
    redeem(world, &app, code)
}

/// Returns the user's current key, not the key from when the code was created: a user has one valid key per
/// app.
fn redeem(world: &World, app: &RegisteredApp, code: &str) -> Result<Session, ApiError> {
    let redeemed = world.codes.redeem(code, app, world.clock.now_ms(), |user| !user.attributes.high_risk);
    let user = redeemed
        .map_err(|error| match error {
            RedeemError::Unknown | RedeemError::OtherApp => 40029,
            RedeemError::Used => 40163,
            RedeemError::Refused => 40226,
        })?
        .user;
    let (openid, key) = world.with_account(&user, app, |account| (account.openid.clone(), account.key.key()));
    Ok(Session {
        session_key: key.to_base64(),
        expires_in: world.policies.expires_in_leftover.then_some(7200),
        openid,
        unionid: user.unionid_for(app),
        errcode: world.policies.errcode_on_success.then_some(0),
    })
}
