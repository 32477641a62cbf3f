//! `POST /v1/register`: an unregistered session becomes a registered user.

use std::sync::Arc;

use axum::extract::State;
use domain::{
    localized::Localized,
    one_time_code::IdempotencyKey,
    phone::PhoneCodeCommand,
    registration::{Novelty, RegisterCommand, RegisterError, Registered, RegistrationData, TokenChange},
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    dto::{Grant, JsonResponse, OpenDataRequest, SignedPayload, UserBody},
    examples,
    extract::{BearerToken, Client, FieldErrors, FieldValue, IdempotencyKeyHeader, Json},
    limits::IdentityLimit,
    metered,
    observe::note,
    problem::{Problem, ProblemCode, key_lost, problems},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(register))
}

/// What to register with: the result of a `wx.getUserInfo` call after the login, or a code of the phone
/// button.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RegisterRequest {
    /// `rawData`: the string exactly as `wx` gave it, not parsed and serialised again.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    raw_data: FieldValue,
    /// `signature`: 40 hexadecimal digits in lower case.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    signature: FieldValue,
    /// `encryptedData`: standard base64, exactly as `wx` gave it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    encrypted_data: FieldValue,
    /// `iv`: 16 bytes in standard base64, exactly as `wx` gave it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    iv: FieldValue,
    /// `code` of `bindgetphonenumber`, in the place of all other fields.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    phone_code: FieldValue,
}

impl RegisterRequest {
    fn read(self, idempotency_key: Option<IdempotencyKey>) -> Result<RegistrationData, Problem> {
        let Self { raw_data, signature, encrypted_data, iv, phone_code } = self;
        if phone_code.is_empty() {
            let SignedPayload { payload, signed } =
                OpenDataRequest::new(encrypted_data, iv, raw_data, signature).read_signed()?;
            return Ok(RegistrationData::OpenData { signed: Some(signed), payload });
        }
        let mut errors = FieldErrors::default();
        let code = errors.required("phone_code", phone_code);
        let open_data = [
            ("raw_data", raw_data),
            ("signature", signature),
            ("encrypted_data", encrypted_data),
            ("iv", iv),
        ];
        for (field, value) in open_data {
            errors.refused(
                field,
                &value,
                &Localized::fixed("must not be combined with phone_code", "不能与 phone_code 同时提交"),
            );
        }
        match code {
            Some(code) if errors.is_empty() => {
                Ok(RegistrationData::Phone(PhoneCodeCommand { code, idempotency_key }))
            }
            _ => Err(errors.into()),
        }
    }
}

/// A registered session.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegisterAnswer {
    #[serde(flatten)]
    grant: Grant,
    /// The user.
    user: UserBody,
}

problems!(
    RegisterProblems: LIMITED TOKEN BODY OPEN_DATA PHONE WECHAT + StaleData + NotUserInfo + RegistrationNotAllowed
);

/// Register
///
/// Verifies and decrypts the open data that the client collected after its login, or exchanges the code of
/// the phone button, and registers the user. The response has a new token. The old one ends, but for five
/// minutes a repeated request with it gets the same response; with a phone code, if it has the same
/// `Idempotency-Key`. A user who is already registered gets status 200.
#[utoipa::path(
    post, path = "/v1/register", tag = "login", operation_id = "register",
    security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header,
        description = "The client's name for this attempt, new for every tap of the phone button: 8 to 128 \
                       visible ASCII characters. Open data can be repeated without.",
        example = "0c2ff0a2-90a1-4d0e-8b6c-f5b8a3b1c7d4")),
    request_body(content = RegisterRequest, examples(
        ("user info" = (value = json!(examples::signed_data()))),
        ("phone" = (value = json!({ "phone_code": examples::PHONE_CODE }))))),
    responses(
        (status = 201, description = "A new user", body = RegisterAnswer,
            examples(("new" = (value = json!(examples::registered()))))),
        (status = 200, description = "The user was registered before", body = RegisterAnswer,
            examples(("known" = (value = json!(examples::registered()))))),
        RegisterProblems))]
async fn register(
    State(api): State<Arc<Api>>,
    BearerToken(token): BearerToken,
    Client(client): Client,
    IdempotencyKeyHeader(idempotency_key): IdempotencyKeyHeader,
    Json(request): Json<RegisterRequest>,
) -> Result<JsonResponse<RegisterAnswer>, Problem> {
    let data = request.read(idempotency_key)?;
    // A token that is no longer good may repeat a registration, which the use case decides.
    let caller = api.authenticate.execute(&token).await.ok();
    if let Some(caller) = &caller {
        note(|noted| noted.caller(caller));
        api.limits.count_caller(IdentityLimit::Registration, caller)?;
    }
    let command = RegisterCommand { token, data, token_change: TokenChange::Renew, client };
    let Registered { session, token, user, novelty, .. } =
        metered::register(&api, caller.as_ref(), command).await?;
    let status = match novelty {
        Novelty::New => StatusCode::CREATED,
        Novelty::Known => StatusCode::OK,
    };
    Ok(JsonResponse(status, RegisterAnswer { grant: Grant::new(&token, &session), user: user.into() }))
}

impl From<RegisterError> for Problem {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Session(error) => error.into(),
            RegisterError::MethodNotAllowed(method) => Self::new(ProblemCode::RegistrationNotAllowed)
                .with_detail(Localized::new(
                    format!("The app's users do not register by {}.", method.as_str()),
                    format!("该小程序不允许用 {} 方式注册。", method.as_str()),
                )),
            RegisterError::Phone(error) => error.into(),
            RegisterError::PhoneTaken => ProblemCode::PhoneTaken.into(),
            RegisterError::PhoneUnavailable => ProblemCode::PhoneUnavailable.into(),
            RegisterError::SignatureMismatch => ProblemCode::SignatureMismatch.into(),
            RegisterError::Undecryptable(fault) => fault.into(),
            RegisterError::NotFresh => ProblemCode::StaleData.into(),
            RegisterError::NotUserInfo => ProblemCode::NotUserInfo.into(),
            RegisterError::NotFromTutorial => {
                Self::new(ProblemCode::RegistrationNotAllowed).with_detail(Localized::fixed(
                    "/getinfo/ registers only sessions that /login/ opened: use POST /v1/register.",
                    "/getinfo/ 只注册由 /login/ 创建的会话，请改用 POST /v1/register。",
                ))
            }
            RegisterError::KeyLost(error) => key_lost(error),
            RegisterError::Seal(error) => error.into(),
            RegisterError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        app::RegistrationMethod, open_data::OpenDataFault, phone::ConfirmPhoneError, sealing::SealError,
        session::AuthenticateError,
    };

    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        assert_recovery([
            RegisterError::Session(AuthenticateError::Unknown),
            RegisterError::MethodNotAllowed(RegistrationMethod::Phone),
            RegisterError::Phone(ConfirmPhoneError::LoginCodeGiven),
            RegisterError::Phone(ConfirmPhoneError::InProgress),
            RegisterError::PhoneTaken,
            RegisterError::PhoneUnavailable,
            RegisterError::SignatureMismatch,
            RegisterError::Undecryptable(OpenDataFault::BadPadding),
            RegisterError::NotFresh,
            RegisterError::NotUserInfo,
            RegisterError::NotFromTutorial,
            RegisterError::Seal(SealError::UnknownMasterKey),
            RegisterError::KeyLost(SealError::UnknownMasterKey),
            RegisterError::Store(store_error()),
        ]);
    }
}
