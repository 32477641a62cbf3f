//! The functions of WeChat's client that take a login-state signature, other than payments.

use axum::{extract::State, response::Response};
use serde::Serialize;

use super::Phone;
use crate::{
    Simulator, SimulatorError, UserId,
    fields::Fields,
    wire::{self, ApiError},
    world::SignatureError,
};

/// The argument of the callbacks of a function that takes a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedCallResult {
    /// The function's name and `:ok`, or `:fail` and the reason.
    pub err_msg: String,
    /// The error code of a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub err_code: Option<i32>,
}

impl SignedCallResult {
    pub(super) fn of(function: &str, result: Result<(), ApiError>) -> Self {
        match result {
            Ok(()) => Self { err_msg: format!("{function}:ok"), err_code: None },
            Err(error) => Self::failure(function, &error),
        }
    }

    pub(crate) fn failure(function: &str, error: &ApiError) -> Self {
        Self { err_msg: format!("{function}:fail {}", error.errmsg), err_code: Some(error.errcode) }
    }

    /// Whether WeChat's client would call the success callback.
    pub fn is_ok(&self) -> bool {
        self.err_code.is_none()
    }

    pub(super) fn into_reply(self) -> Response {
        wire::client_reply(&self)
    }
}

impl Simulator {
    /// `wx.addPhoneCalendar` with a signed `path`, to which the calendar's entry leads.
    pub fn add_phone_calendar(
        &self,
        app_id: &str,
        user: UserId,
        path: &str,
        signature: &str,
    ) -> Result<SignedCallResult, SimulatorError> {
        self.signed_call("addPhoneCalendar", app_id, user, path, signature)
    }

    /// `wx.joinVoIPChat` with the arguments `groupId`, `nonceStr` and `timeStamp`. The signature covers them and
    /// the app id, sorted and joined.
    pub fn join_voip_chat(
        &self,
        app_id: &str,
        user: UserId,
        arguments: [&str; 3],
        signature: &str,
    ) -> Result<SignedCallResult, SimulatorError> {
        let [group_id, nonce_str, time_stamp] = arguments;
        let mut parts = [app_id, group_id, nonce_str, time_stamp];
        parts.sort_unstable();
        self.signed_call("joinVoIPChat", app_id, user, &parts.concat(), signature)
    }

    /// WeChat documents no error for a wrong signature. These numbers are those of the server endpoints.
    fn signed_call(
        &self,
        function: &str,
        app_id: &str,
        user: UserId,
        message: &str,
        signature: &str,
    ) -> Result<SignedCallResult, SimulatorError> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        let verified = self.world.verify(&user, &app, message.as_bytes(), signature);
        let verified = verified.map_err(|error| match error {
            SignatureError::NoKey => ApiError::from(87007),
            SignatureError::Invalid => ApiError::from(87009),
        });
        Ok(SignedCallResult::of(function, verified))
    }
}

pub(super) async fn add_phone_calendar(
    State(simulator): State<Simulator>,
    mut fields: Fields,
) -> Result<Response, SimulatorError> {
    let phone = Phone::read(&mut fields)?;
    let path = fields.required_text("path")?;
    let signature = fields.optional_text("signature")?.unwrap_or_default();
    fields.reject_unknown()?;
    simulator
        .add_phone_calendar(&phone.app_id, phone.user, &path, &signature)
        .map(SignedCallResult::into_reply)
}

pub(super) async fn join_voip_chat(
    State(simulator): State<Simulator>,
    mut fields: Fields,
) -> Result<Response, SimulatorError> {
    let phone = Phone::read(&mut fields)?;
    let group_id = fields.required_text("groupId")?;
    let nonce_str = fields.required_text("nonceStr")?;
    let time_stamp = fields.integer("timeStamp", 0..=i64::MAX)?;
    let time_stamp = time_stamp.ok_or_else(|| fields.invalid("timeStamp", "is missing"))?.to_string();
    let signature = fields.optional_text("signature")?.unwrap_or_default();
    fields.reject_unknown()?;
    let arguments = [group_id.as_str(), &nonce_str, &time_stamp];
    simulator
        .join_voip_chat(&phone.app_id, phone.user, arguments, &signature)
        .map(SignedCallResult::into_reply)
}
