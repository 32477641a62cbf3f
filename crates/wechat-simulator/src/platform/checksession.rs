//! checkSessionKey (检验登录态): `GET /wxa/checksession`.

use super::{PlatformCall, credentials, login_state::LoginState};
use crate::{
    wire::{self, ApiError, Parameters, Success},
    world::World,
};

/// Takes its parameters from the query, as all clients send them, or from the body, as the documentation lists
/// them since 2026. The signature is one of the empty message in both cases.
pub(super) fn answer(world: &World, call: &PlatformCall) -> Result<Success<()>, ApiError> {
    let app = credentials::by_access_token(world, call)?;
    let body = Parameters::of_body(&call.body);
    let verified = LoginState::of(&call.query).or(&body).verify(world, &app, b"");
    verified.map_err(|error| match error.errcode {
        // This endpoint does not tell an expired key from a wrong one.
        87007 => 87009.into(),
        _ => error,
    })?;
    Ok(wire::success(()))
}
