//! Virtual phones: the `wx` functions of WeChat's client.

mod check_session;
mod login;
mod phone_number;
mod user_info;
mod we_run;

use axum::{Router, routing::post};

pub use check_session::CheckSessionResult;
pub use login::LoginResult;
pub(crate) use phone_number::PhoneInfo;
pub use phone_number::PhoneNumberResult;
pub use user_info::{UserInfo, UserInfoAnswer};
pub use we_run::WeRunResult;

use crate::{Simulator, SimulatorError, UserId, fields::Fields};

/// The device of requests that do not name one.
const DEFAULT_DEVICE: &str = "phone-1";

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/sim/wx/login", post(login::route))
        .route("/sim/wx/checkSession", post(check_session::route))
        .route("/sim/wx/getUserInfo", post(user_info::route))
        .route("/sim/wx/getWeRunData", post(we_run::route))
        .route("/sim/wx/getPhoneNumber", post(phone_number::route))
}

/// A Mini Program on one of a user's devices.
struct Phone {
    app_id: String,
    user: UserId,
    device: String,
}

impl Phone {
    fn read(fields: &mut Fields) -> Result<Self, SimulatorError> {
        Ok(Self {
            app_id: fields.required_text("app_id")?,
            user: fields.required_text("user_id")?.parse()?,
            device: fields.optional_text("device")?.unwrap_or_else(|| DEFAULT_DEVICE.to_owned()),
        })
    }
}
