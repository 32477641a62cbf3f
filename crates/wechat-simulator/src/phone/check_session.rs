//! `wx.checkSession`.

use axum::{Json, extract::State};
use serde::Serialize;

use super::Phone;
use crate::{Refusal, Simulator, UserId, fields::Fields};

/// What `wx.checkSession` hands to its callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CheckSession {
    /// `checkSession:ok`, or `checkSession:fail` and why.
    #[serde(rename = "errMsg")]
    pub err_msg: &'static str,
}

impl CheckSession {
    /// Whether the success callback would have been called.
    pub fn is_ok(&self) -> bool {
        self.err_msg == "checkSession:ok"
    }
}

impl Simulator {
    /// `wx.checkSession` on one of the user's devices: is the key of the code this device obtained last still
    /// the current one? Whether anyone ever exchanged that code does not matter.
    pub fn check_session(&self, app_id: &str, user: UserId, device: &str) -> Result<CheckSession, Refusal> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        let is_current = user.with_account(&app, self.now_ms(), |account| account.is_current_on(device));
        let err_msg = if is_current { "checkSession:ok" } else { "checkSession:fail session_key expired" };
        Ok(CheckSession { err_msg })
    }
}

pub(super) async fn route(
    State(simulator): State<Simulator>,
    mut fields: Fields,
) -> Result<Json<CheckSession>, Refusal> {
    let phone = Phone::read(&mut fields)?;
    fields.finish()?;
    simulator.check_session(&phone.app_id, phone.user, &phone.device).map(Json)
}
