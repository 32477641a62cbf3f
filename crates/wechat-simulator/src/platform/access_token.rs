//! Access tokens: `GET /cgi-bin/token` (获取接口调用凭据) and `POST /cgi-bin/stable_token` (获取稳定版接口调用凭据).

use std::sync::Arc;

use serde::Deserialize;

use super::{PlatformCall, credentials};
use crate::{
    wire::{self, ApiError},
    world::{ForceError, Grant, RegisteredApp, World},
};

#[derive(Deserialize)]
struct StableTokenRequest {
    grant_type: Option<String>,
    appid: Option<String>,
    secret: Option<String>,
    #[serde(default)]
    force_refresh: bool,
}

pub(super) fn token(world: &World, call: &PlatformCall) -> Result<Grant, ApiError> {
    let query = &call.query;
    let app = authenticate(world, call, query.get("grant_type"), query.get("appid"), query.get("secret"))?;
    Ok(world.access_tokens.issue(&app, world.clock.now_ms()))
}

pub(super) fn stable_token(world: &World, call: &PlatformCall) -> Result<Grant, ApiError> {
    let request: StableTokenRequest = wire::json_body(&call.body)?;
    let app = authenticate(
        world,
        call,
        request.grant_type.as_deref(),
        request.appid.as_deref(),
        request.secret.as_deref(),
    )?;
    let grant = world.access_tokens.stable(&app, request.force_refresh, world.policies, world.clock.now_ms());
    grant.map_err(|error| match error {
        ForceError::TooManyToday => 45009.into(),
        ForceError::TooSoon => 45011.into(),
    })
}

/// Checks what both endpoints take. WeChat documents the errors, but not the order of the checks.
fn authenticate(
    world: &World,
    call: &PlatformCall,
    grant_type: Option<&str>,
    app_id: Option<&str>,
    secret: Option<&str>,
) -> Result<Arc<RegisteredApp>, ApiError> {
    let given = |text: &&str| !text.is_empty();
    if grant_type != Some("client_credential") {
        return Err(40002.into());
    }
    let app_id = app_id.filter(given).ok_or(41002)?;
    let secret = secret.filter(given).ok_or(41004)?;
    credentials::by_secret(world, app_id, secret, call.peer)
}
