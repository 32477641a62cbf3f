//! code2Session (小程序登录凭证校验): `GET /sns/jscode2session`.

use std::{net::IpAddr, sync::Arc};

use axum::{
    Extension,
    extract::{Request, State},
    response::Response,
};
use serde::Serialize;

use crate::{
    Simulator,
    serve::Peer,
    wire::{self, ApiError, Parameters},
    world::{RedeemError, RegisteredApp, World},
};

/// A successful reply, its members in WeChat's order.
#[expect(clippy::struct_field_names, reason = "the names are WeChat's")]
#[derive(Serialize)]
struct Session {
    session_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<u32>,
    openid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unionid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errcode: Option<i32>,
}

pub(super) async fn route(
    State(simulator): State<Simulator>,
    Extension(parameters): Extension<Parameters>,
    request: Request,
) -> Response {
    let world = &*simulator.world;
    let peer = Peer::of(&request).map(Peer::ip);
    match exchange(world, &parameters, peer) {
        Ok(session) => wire::sns_success(&session),
        Err(error) => wire::sns_error(&error, world.clock.now_seconds()),
    }
}

/// Handles all methods but GET.
pub(super) async fn wrong_method(State(simulator): State<Simulator>) -> Response {
    wire::sns_error(&ApiError::from(43001), simulator.world.clock.now_seconds())
}

fn exchange(world: &World, parameters: &Parameters, peer: Option<IpAddr>) -> Result<Session, ApiError> {
    let app_id = parameters.get("appid").ok_or(41002)?;
    let secret = parameters.get("secret").ok_or(41004)?;
    let code = parameters.get("js_code").ok_or(41008)?;
    if parameters.get("grant_type") != Some("authorization_code") {
        return Err(40002.into());
    }
    let app = authenticate(world, app_id, secret, peer).inspect_err(|_| {
        if world.policies.failed_exchange_consumes_code {
            world.codes.mark_used(code);
        }
    })?;
    redeem(world, &app, code)
}

/// Checks app id, secret and IP address. WeChat's own order of these checks is not known.
fn authenticate(
    world: &World,
    app_id: &str,
    secret: &str,
    peer: Option<IpAddr>,
) -> Result<Arc<RegisteredApp>, ApiError> {
    let registered = world.apps.find(app_id).ok_or(40013)?;
    if registered.app.secret != secret {
        return Err(40125.into());
    }
    let whitelist = &registered.app.ip_whitelist;
    if whitelist.is_empty() || peer.is_some_and(|peer| whitelist.contains(&peer)) {
        Ok(registered)
    } else {
        Err(not_whitelisted(peer))
    }
}

fn not_whitelisted(peer: Option<IpAddr>) -> ApiError {
    let address = match peer {
        Some(IpAddr::V4(v4)) => format!("{v4} ipv6 {}", v4.to_ipv6_mapped()),
        Some(IpAddr::V6(v6)) => format!("{v6} ipv6 {v6}"),
        None => "unknown".to_owned(),
    };
    ApiError { errcode: 40164, errmsg: format!("invalid ip {address}, not in whitelist").into() }
}

/// Returns the user's current key, not the key from when the code was created: a user has one valid key per
/// app.
fn redeem(world: &World, app: &RegisteredApp, code: &str) -> Result<Session, ApiError> {
    let now = world.clock.now_ms();
    let user = world.codes.redeem(code, app, now).map_err(|error| match error {
        RedeemError::Invalid => 40029,
        RedeemError::Used => 40163,
        RedeemError::Blocked => 40226,
    })?;
    let (openid, key) = user.with_account(app, now, |account| (account.openid.clone(), account.key.key()));
    Ok(Session {
        session_key: key.to_base64(),
        expires_in: world.policies.expires_in_leftover.then_some(7200),
        openid,
        unionid: user.unionid_for(app),
        errcode: world.policies.errcode_on_success.then_some(0),
    })
}
