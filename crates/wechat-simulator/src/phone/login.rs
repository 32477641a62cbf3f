//! `wx.login`.

use axum::{Json, extract::State};
use serde::Serialize;

use super::Phone;
use crate::{Refusal, Simulator, UserId, fields::Fields};

/// What `wx.login` hands to its success callback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Login {
    /// The one-time code for code2Session, good for five minutes.
    pub code: String,
    /// `login:ok`.
    #[serde(rename = "errMsg")]
    pub err_msg: &'static str,
}

impl Simulator {
    /// `wx.login` on one of the user's devices.
    ///
    /// The `session_key` is renewed here, when the code is created and not when it is exchanged, unless it is
    /// younger than the minimum refresh period.
    pub fn wx_login(&self, app_id: &str, user: UserId, device: &str) -> Result<Login, Refusal> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        let now = self.now_ms();
        user.with_account(&app, now, |account| {
            account.key.refresh(self.world.min_key_refresh_ms, now);
            account.remember(device)
        })?;
        Ok(Login { code: self.world.codes.issue(&app, user, now), err_msg: "login:ok" })
    }
}

pub(super) async fn route(
    State(simulator): State<Simulator>,
    mut fields: Fields,
) -> Result<Json<Login>, Refusal> {
    let phone = Phone::read(&mut fields)?;
    fields.finish()?;
    simulator.wx_login(&phone.app_id, phone.user, &phone.device).map(Json)
}
