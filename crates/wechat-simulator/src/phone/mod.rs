//! Virtual phones: what a Mini Program gets from WeChat's client.

mod check_session;
mod login;
mod user_info;
mod we_run;

use axum::{Router, routing::post};

pub use check_session::CheckSession;
pub use login::Login;
pub use user_info::{UserInfo, UserInfoAnswer};
pub use we_run::WeRunAnswer;

use crate::{Refusal, Simulator, UserId, fields::Fields};

/// The phone that is meant where none is named.
const DEFAULT_DEVICE: &str = "phone-1";

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/sim/wx/login", post(login::route))
        .route("/sim/wx/checkSession", post(check_session::route))
        .route("/sim/wx/getUserInfo", post(user_info::route))
        .route("/sim/wx/getWeRunData", post(we_run::route))
}

/// Which Mini Program runs on whose phone.
struct Phone {
    app_id: String,
    user: UserId,
    device: String,
}

impl Phone {
    fn read(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self {
            app_id: fields.text("app_id")?,
            user: fields.text("user_id")?.parse()?,
            device: fields.optional_text("device")?.unwrap_or_else(|| DEFAULT_DEVICE.to_owned()),
        })
    }
}
