//! 重置登录态: `GET /wxa/resetusersessionkey`.

use serde::Serialize;

use super::{PlatformCall, credentials, login_state::LoginState};
use crate::{
    wire::{self, ApiError, Parameters, Success},
    world::World,
};

#[derive(Serialize)]
pub(super) struct NewSessionKey {
    openid: String,
    session_key: String,
}

/// Replaces the `session_key`. The new one expires when the old one would have. Takes its parameters from the
/// query or the body, like checksession.
pub(super) fn answer(world: &World, call: &PlatformCall) -> Result<Success<NewSessionKey>, ApiError> {
    let app = credentials::by_access_token(world, call)?;
    let body = Parameters::of_body(&call.body);
    let login_state = LoginState::of(&call.query).or(&body);
    if login_state.openid.is_none() || login_state.signature.is_none() {
        return Err(40097.into());
    }
    let user = login_state.verify(world, &app, b"")?;
    Ok(world.with_account(&user, &app, |account| {
        account.key.reset();
        wire::success(NewSessionKey {
            openid: account.openid.clone(),
            session_key: account.key.key().to_base64(),
        })
    }))
}
