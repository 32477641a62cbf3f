//! Who calls: an app, by its secret or its access token.

use std::{net::IpAddr, sync::Arc};

use super::PlatformCall;
use crate::{
    wire::ApiError,
    world::{AccessTokenError, RegisteredApp, World},
};

/// Checks app id, secret and IP address. WeChat's own order of these checks is not known.
pub(super) fn by_secret(
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
    ApiError::new(40164, format!("invalid ip {address}, not in whitelist"))
}

/// Checks the access token.
pub(super) fn by_access_token(world: &World, call: &PlatformCall) -> Result<Arc<RegisteredApp>, ApiError> {
    let token = call.query.get("access_token").ok_or(41001)?;
    let checked = world.access_tokens.check(token, world.clock.now_ms());
    let app_id = checked.map_err(|error| match error {
        AccessTokenError::Malformed => 40014,
        AccessTokenError::Invalid => 40001,
        AccessTokenError::Expired => 42001,
    })?;
    world.apps.find(&app_id).ok_or_else(|| 40001.into())
}
