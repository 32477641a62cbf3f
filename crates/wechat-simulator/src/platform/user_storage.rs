//! The data that a game stores for a user: `POST /wxa/set_user_storage` and `/wxa/setuserinteractivedata`.

use super::{PlatformCall, credentials, login_state::LoginState};
use crate::{
    wire::{self, ApiError, Success},
    world::World,
};

/// Checks the signature of the body, and stores nothing.
pub(super) fn answer(world: &World, call: &PlatformCall) -> Result<Success<()>, ApiError> {
    let app = credentials::by_access_token(world, call)?;
    LoginState::of(&call.query).verify(world, &app, &call.body)?;
    Ok(wire::success(()))
}
