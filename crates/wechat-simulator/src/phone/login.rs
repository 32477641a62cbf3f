//! `wx.login`.

use axum::{Json, extract::State};
use serde::Serialize;

use super::Phone;
use crate::{Simulator, SimulatorError, UserId, fields::Fields};

/// The argument of `wx.login`'s success callback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoginResult {
    /// The code for code2Session: single-use, and valid for five minutes by default.
    pub code: String,
    /// `login:ok`.
    #[serde(rename = "errMsg")]
    pub err_msg: &'static str,
}

impl Simulator {
    /// `wx.login` on one of the user's devices.
    ///
    /// Rotates the `session_key` unless it is younger than the minimum refresh period and has not expired. The
    /// rotation happens
    /// here, when the code is created, not when it is exchanged.
    pub fn wx_login(&self, app_id: &str, user: UserId, device: &str) -> Result<LoginResult, SimulatorError> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        let now = self.now_ms();
        self.world.with_account(&user, &app, |account| {
            account.key.rotate_if_due(self.world.key_periods, now);
            account.record_login(device)
        })?;
        Ok(LoginResult { code: self.world.codes.issue(&app, user, now), err_msg: "login:ok" })
    }
}

pub(super) async fn route(
    State(simulator): State<Simulator>,
    mut fields: Fields,
) -> Result<Json<LoginResult>, SimulatorError> {
    let phone = Phone::read(&mut fields)?;
    fields.reject_unknown()?;
    simulator.wx_login(&phone.app_id, phone.user, &phone.device).map(Json)
}
