//! `wx.checkSession`.

use axum::{Json, extract::State};
use serde::Serialize;

use super::Phone;
use crate::{Simulator, SimulatorError, UserId, fields::Fields};

/// The argument of `wx.checkSession`'s callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CheckSessionResult {
    /// `checkSession:ok`, or `checkSession:fail` and the reason.
    #[serde(rename = "errMsg")]
    pub err_msg: &'static str,
}

impl CheckSessionResult {
    /// Whether WeChat's client would call the success callback.
    pub fn is_ok(&self) -> bool {
        self.err_msg == "checkSession:ok"
    }
}

impl Simulator {
    /// `wx.checkSession` on one of the user's devices. Succeeds if the `session_key` has not expired
    /// or changed since the device last obtained a code, whether or not that code was exchanged.
    pub fn check_session(
        &self,
        app_id: &str,
        user: UserId,
        device: &str,
    ) -> Result<CheckSessionResult, SimulatorError> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        let now = self.now_ms();
        let is_current = self.world.with_account(&user, &app, |account| {
            account.has_current_key(device) && !account.key.is_expired(self.world.key_periods, now)
        });
        let err_msg = if is_current { "checkSession:ok" } else { "checkSession:fail session_key expired" };
        Ok(CheckSessionResult { err_msg })
    }
}

pub(super) async fn route(
    State(simulator): State<Simulator>,
    mut fields: Fields,
) -> Result<Json<CheckSessionResult>, SimulatorError> {
    let phone = Phone::read(&mut fields)?;
    fields.reject_unknown()?;
    simulator.check_session(&phone.app_id, phone.user, &phone.device).map(Json)
}
