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
    serve::Caller,
    wire::{self, Failure, Parameters},
    world::{CodeRefused, RegisteredApp, World},
};

/// The members in the order in which WeChat writes them.
#[expect(clippy::struct_field_names, reason = "the names are the wire's")]
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
    let caller = Caller::of(&request).map(Caller::ip);
    match exchange(world, &parameters, caller) {
        Ok(session) => wire::sns_success(&session),
        Err(failure) => wire::sns_failure(&failure, world.clock.now_seconds()),
    }
}

/// Anything but GET.
pub(super) async fn wrong_method(State(simulator): State<Simulator>) -> Response {
    wire::sns_failure(&Failure::from(43001), simulator.world.clock.now_seconds())
}

fn exchange(world: &World, parameters: &Parameters, caller: Option<IpAddr>) -> Result<Session, Failure> {
    let app_id = parameters.get("appid").ok_or(41002)?;
    let secret = parameters.get("secret").ok_or(41004)?;
    let code = parameters.get("js_code").ok_or(41008)?;
    if parameters.get("grant_type") != Some("authorization_code") {
        return Err(40002.into());
    }
    let app = authenticate(world, app_id, secret, caller).inspect_err(|_| {
        if world.policies.failed_exchange_consumes_code {
            world.codes.spoil(code);
        }
    })?;
    redeem(world, &app, code)
}

/// The order in which WeChat itself checks is not known.
fn authenticate(
    world: &World,
    app_id: &str,
    secret: &str,
    caller: Option<IpAddr>,
) -> Result<Arc<RegisteredApp>, Failure> {
    let registered = world.apps.find(app_id).ok_or(40013)?;
    if registered.app.secret != secret {
        return Err(40125.into());
    }
    let whitelist = &registered.app.ip_whitelist;
    if whitelist.is_empty() || caller.is_some_and(|caller| whitelist.contains(&caller)) {
        Ok(registered)
    } else {
        Err(not_whitelisted(caller))
    }
}

fn not_whitelisted(caller: Option<IpAddr>) -> Failure {
    let address = match caller {
        Some(IpAddr::V4(v4)) => format!("{v4} ipv6 {}", v4.to_ipv6_mapped()),
        Some(IpAddr::V6(v6)) => format!("{v6} ipv6 {v6}"),
        None => "unknown".to_owned(),
    };
    Failure { errcode: 40164, errmsg: format!("invalid ip {address}, not in whitelist").into() }
}

/// A code yields the key that is current now: a user has one valid key per app, so the key of an older code
/// would be dead on arrival.
fn redeem(world: &World, app: &RegisteredApp, code: &str) -> Result<Session, Failure> {
    let now = world.clock.now_ms();
    let user = world.codes.redeem(code, app, now).map_err(|refused| match refused {
        CodeRefused::Invalid => 40029,
        CodeRefused::Used => 40163,
        CodeRefused::Blocked => 40226,
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
