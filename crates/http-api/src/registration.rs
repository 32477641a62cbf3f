//! `POST /v1/register`: an unregistered session becomes a registered user.

use std::sync::Arc;

use axum::extract::State;
use domain::registration::{Novelty, RegisterCommand, RegisterError, Registered, TokenChange};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    dto::{Grant, JsonResponse, OpenDataRequest, UserBody},
    examples,
    extract::{BearerToken, Client, FieldValue, Json},
    metered,
    problem::{Problem, ProblemCode, key_lost, problems},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(register))
}

/// The result of a `wx.getUserInfo` call after the login.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RegisterRequest {
    /// `rawData`: the string exactly as `wx` gave it, not parsed and serialised again.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    raw_data: FieldValue,
    /// `signature`: 40 hexadecimal digits in lower case.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    signature: FieldValue,
    /// `encryptedData`: standard base64, exactly as `wx` gave it.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    encrypted_data: FieldValue,
    /// `iv`: 16 bytes in standard base64, exactly as `wx` gave it.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    iv: FieldValue,
}

/// A registered session.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegisterAnswer {
    #[serde(flatten)]
    grant: Grant,
    /// The user.
    user: UserBody,
}

problems!(RegisterProblems: TOKEN BODY OPEN_DATA + StaleData + KeyUnavailable);

/// Register
///
/// Verifies and decrypts the open data that the client collected after its login, and registers the
/// user. The response has a new token. The old one ends, but for five minutes a repeated request with it
/// gets the same response. A user who is already registered gets status 200.
#[utoipa::path(
    post, path = "/v1/register", tag = "login", operation_id = "register",
    security(("bearer" = [])),
    request_body(content = RegisterRequest, examples(
        ("user info" = (value = json!(examples::signed_data()))))),
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
    Json(request): Json<RegisterRequest>,
) -> Result<JsonResponse<RegisterAnswer>, Problem> {
    let RegisterRequest { raw_data, signature, encrypted_data, iv } = request;
    let data = OpenDataRequest::new(encrypted_data, iv, raw_data, signature).read_signed()?;
    let token_change = TokenChange::Renew;
    let command =
        RegisterCommand { token, signed: Some(data.signed), payload: data.payload, token_change, client };
    let Registered { session, token, user, novelty, .. } = metered::register(&api, command).await?;
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
            RegisterError::SignatureMismatch => ProblemCode::SignatureMismatch.into(),
            RegisterError::Undecryptable(fault) => fault.into(),
            RegisterError::NotFresh => ProblemCode::StaleData.into(),
            RegisterError::KeyLost(error) => key_lost(error),
            RegisterError::Seal(error) => error.into(),
            RegisterError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{open_data::OpenDataFault, sealing::SealError, session::AuthenticateError};

    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        assert_recovery([
            RegisterError::Session(AuthenticateError::Unknown),
            RegisterError::SignatureMismatch,
            RegisterError::Undecryptable(OpenDataFault::BadPadding),
            RegisterError::NotFresh,
            RegisterError::Seal(SealError::UnknownMasterKey),
            RegisterError::KeyLost(SealError::UnknownMasterKey),
            RegisterError::Store(store_error()),
        ]);
    }
}
