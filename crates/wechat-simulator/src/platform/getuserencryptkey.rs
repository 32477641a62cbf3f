//! 获取用户encryptKey: `GET` or `POST /wxa/business/getuserencryptkey`.

use serde::Serialize;

use super::{PlatformCall, credentials, login_state::LoginState};
use crate::{
    wire::{self, ApiError, Success},
    world::{EncryptKeyInfo, World},
};

#[derive(Serialize)]
pub(super) struct EncryptKeyList {
    key_info_list: Vec<EncryptKeyInfo>,
}

/// Takes its parameters from the query only, and no body: the signature is one of the empty message.
pub(super) fn answer(world: &World, call: &PlatformCall) -> Result<Success<EncryptKeyList>, ApiError> {
    let app = credentials::by_access_token(world, call)?;
    let login_state = LoginState::of(&call.query);
    if login_state.openid.is_some() && !call.body.is_empty() {
        return Err(87009.into());
    }
    let user = login_state.verify(world, &app, b"")?;
    let now = world.clock.now_seconds();
    let key_info_list = world.with_account(&user, &app, |account| account.encrypt_keys.list(now));
    Ok(wire::success(EncryptKeyList { key_info_list }))
}
