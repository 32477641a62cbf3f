//! `/v1/me/phone`: the user's phone number.

use std::sync::Arc;

use axum::extract::State;
use domain::phone::{
    BindPhoneCommand, BindPhoneError, BoundPhone, ConfirmPhoneError, GetPhoneError, PhoneCodeCommand,
    PhoneCodeError, UnbindPhoneError,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    dto::{JsonResponse, Moment},
    examples,
    extract::{Authenticated, Client, FieldErrors, FieldValue, IdempotencyKeyHeader, Json},
    limits::IdentityLimit,
    metered,
    problem::{Problem, ProblemCode, problems},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(show, bind, unbind))
}

problems!(ShowProblems: TOKEN + NotRegistered + NoPhone + KeyUnavailable);
problems!(BindProblems: LIMITED TOKEN BODY WECHAT PHONE + NotRegistered + EncryptedPhoneRefused);
problems!(UnbindProblems: TOKEN + NotRegistered);

/// The user's phone number.
#[derive(Serialize, ToSchema)]
#[schema(as = Phone)]
pub(crate) struct PhoneBody {
    /// The whole number, in the form of E.164.
    #[schema(example = "+8613800138000")]
    phone: String,
    /// Since when the user has it here.
    bound_at: Moment,
}

impl From<BoundPhone> for PhoneBody {
    fn from(bound: BoundPhone) -> Self {
        Self { phone: bound.number.e164(), bound_at: Moment(bound.bound_at) }
    }
}

/// Show the phone number
#[utoipa::path(
    get, path = "/v1/me/phone", tag = "user", operation_id = "getPhone",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The number", body = PhoneBody,
            examples(("phone" = (value = json!(examples::phone()))))),
        ShowProblems))]
async fn show(
    State(api): State<Arc<Api>>,
    Authenticated(caller): Authenticated,
) -> Result<JsonResponse<PhoneBody>, Problem> {
    let phone = api.get_phone.execute(&caller).await?;
    Ok(JsonResponse(StatusCode::OK, phone.into()))
}

/// A code of the phone button.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PhoneRequest {
    /// `code` of `bindgetphonenumber`: valid for five minutes and one use. Not the code of `wx.login`.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    code: FieldValue,
    #[serde(default)]
    #[schema(ignore)]
    encrypted_data: FieldValue,
}

impl PhoneRequest {
    fn read(self) -> Result<domain::phone::PhoneCode, Problem> {
        if !self.encrypted_data.is_empty() {
            return Err(ProblemCode::EncryptedPhoneRefused.into());
        }
        let mut errors = FieldErrors::default();
        let code = errors.required("code", self.code);
        code.ok_or_else(|| errors.into())
    }
}

/// Bind a phone number
///
/// Exchanges the code of WeChat's phone button for the number and binds it to the user, in the place of
/// another that the user has. Each exchange costs money: send an `Idempotency-Key`, and the same request
/// again within five minutes gets the same answer without another exchange.
#[utoipa::path(
    put, path = "/v1/me/phone", tag = "user", operation_id = "bindPhone",
    security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header,
        description = "The client's name for this attempt, new for every tap of the button: 8 to 128 visible \
                       ASCII characters.",
        example = "0c2ff0a2-90a1-4d0e-8b6c-f5b8a3b1c7d4")),
    request_body(content = PhoneRequest, examples(
        ("code" = (value = json!({ "code": examples::PHONE_CODE }))))),
    responses(
        (status = 200, description = "The number is the user's", body = PhoneBody,
            examples(("phone" = (value = json!(examples::phone()))))),
        BindProblems))]
async fn bind(
    State(api): State<Arc<Api>>,
    Authenticated(caller): Authenticated,
    Client(client): Client,
    IdempotencyKeyHeader(idempotency_key): IdempotencyKeyHeader,
    Json(request): Json<PhoneRequest>,
) -> Result<JsonResponse<PhoneBody>, Problem> {
    let code = PhoneCodeCommand { code: request.read()?, idempotency_key };
    api.limits.count_caller(IdentityLimit::Phone, &caller)?;
    let phone = metered::bind_phone(&api, BindPhoneCommand { caller, code, client }).await?;
    Ok(JsonResponse(StatusCode::OK, phone.into()))
}

/// Remove the phone number
///
/// The user can bind it again, and so can others. A user who has none gets the same answer.
#[utoipa::path(
    delete, path = "/v1/me/phone", tag = "user", operation_id = "unbindPhone",
    security(("bearer" = [])),
    responses((status = 204, description = "The user has no number"), UnbindProblems))]
async fn unbind(
    State(api): State<Arc<Api>>,
    Authenticated(caller): Authenticated,
    Client(client): Client,
) -> Result<StatusCode, Problem> {
    api.unbind_phone.execute(&caller, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<ConfirmPhoneError> for Problem {
    fn from(error: ConfirmPhoneError) -> Self {
        match error {
            ConfirmPhoneError::Code(refused) => match refused.error {
                PhoneCodeError::InvalidCode => ProblemCode::InvalidPhoneCode.into(),
                PhoneCodeError::AnswerLost => ProblemCode::PhoneCodeLost.into(),
                PhoneCodeError::Call(error) => error.into(),
            },
            ConfirmPhoneError::LoginCodeGiven => ProblemCode::LoginCodeGiven.into(),
            ConfirmPhoneError::CodeUsed => ProblemCode::PhoneCodeUsed.into(),
            ConfirmPhoneError::InProgress => ProblemCode::PhoneInProgress.into(),
            ConfirmPhoneError::Seal(error) => error.into(),
            ConfirmPhoneError::Store(error) => error.into(),
        }
    }
}

impl From<BindPhoneError> for Problem {
    fn from(error: BindPhoneError) -> Self {
        match error {
            BindPhoneError::NotRegistered => ProblemCode::NotRegistered.into(),
            BindPhoneError::Session(error) => error.into(),
            BindPhoneError::Confirm(error) => error.into(),
            BindPhoneError::Taken => ProblemCode::PhoneTaken.into(),
            BindPhoneError::Unavailable => ProblemCode::PhoneUnavailable.into(),
            BindPhoneError::Seal(error) => error.into(),
            BindPhoneError::Store(error) => error.into(),
        }
    }
}

impl From<GetPhoneError> for Problem {
    fn from(error: GetPhoneError) -> Self {
        match error {
            GetPhoneError::NotRegistered => ProblemCode::NotRegistered.into(),
            GetPhoneError::Session(error) => error.into(),
            GetPhoneError::NoPhone => ProblemCode::NoPhone.into(),
            GetPhoneError::Seal(error) => error.into(),
            GetPhoneError::Store(error) => error.into(),
        }
    }
}

impl From<UnbindPhoneError> for Problem {
    fn from(error: UnbindPhoneError) -> Self {
        match error {
            UnbindPhoneError::NotRegistered => ProblemCode::NotRegistered.into(),
            UnbindPhoneError::Session(error) => error.into(),
            UnbindPhoneError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        sealing::SealError,
        session::AuthenticateError,
        wechat::{CallError, Trouble},
    };

    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        assert_recovery([
            PhoneCodeError::InvalidCode.into(),
            PhoneCodeError::AnswerLost.into(),
            PhoneCodeError::Call(CallError::Unavailable(Trouble::Busy)).into(),
            ConfirmPhoneError::LoginCodeGiven,
            ConfirmPhoneError::CodeUsed,
            ConfirmPhoneError::InProgress,
            ConfirmPhoneError::Seal(SealError::Broken),
            ConfirmPhoneError::Store(store_error()),
        ]);
        assert_recovery([
            BindPhoneError::NotRegistered,
            BindPhoneError::Session(AuthenticateError::Expired),
            BindPhoneError::Confirm(ConfirmPhoneError::LoginCodeGiven),
            BindPhoneError::Taken,
            BindPhoneError::Unavailable,
            BindPhoneError::Seal(SealError::Broken),
            BindPhoneError::Store(store_error()),
        ]);
        assert_recovery([
            GetPhoneError::NotRegistered,
            GetPhoneError::Session(AuthenticateError::Expired),
            GetPhoneError::NoPhone,
            GetPhoneError::Seal(SealError::Broken),
            GetPhoneError::Store(store_error()),
        ]);
        assert_recovery([
            UnbindPhoneError::NotRegistered,
            UnbindPhoneError::Session(AuthenticateError::Expired),
            UnbindPhoneError::Store(store_error()),
        ]);
    }
}
