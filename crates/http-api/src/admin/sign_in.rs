//! Signing in to the console and out of it.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::operator::{
    OperatorName, Password, Role, SignInCommand, SignInError, SignedInOperator, TotpCode,
};
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{api::AdminApi, cookie, operator::Looking};
use crate::{
    dto::JsonResponse,
    extract::{Client, FieldErrors, FieldValue, Json},
    problem::{Problem, ProblemCode, problems},
};

pub(super) fn routes() -> OpenApiRouter<Arc<AdminApi>> {
    OpenApiRouter::new().routes(routes!(sign_in)).routes(routes!(sign_out)).routes(routes!(me))
}

/// What an operator signs in with.
#[derive(Deserialize, ToSchema)]
pub(super) struct SignInRequest {
    /// The operator's name.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    name: FieldValue,
    /// The password.
    #[serde(default)]
    #[schema(value_type = String, required = true, format = Password)]
    password: FieldValue,
    /// The six digits that the authenticator app shows, if the operator has one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    totp: FieldValue,
}

impl SignInRequest {
    /// Name, password and code. A name or a password that cannot be one is nobody's.
    fn read(self) -> Result<(OperatorName, Password, Option<TotpCode>), Problem> {
        let mut errors = FieldErrors::default();
        let name = errors.required("name", self.name);
        let password = errors.required("password", self.password);
        let totp = errors.optional("totp", self.totp);
        match (name, password) {
            (Some(name), Some(password)) if errors.is_empty() => Ok((name, password, totp)),
            (_, _) => Err(errors.into()),
        }
    }
}

/// An operator.
#[derive(Serialize, ToSchema)]
#[schema(as = Operator)]
pub(super) struct OperatorBody {
    /// The name.
    name: String,
    /// What the operator may do.
    role: RoleBody,
    /// Whether the operator signs in with a code of an authenticator app, too.
    totp: bool,
}

/// What an operator may do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Role)]
pub(super) enum RoleBody {
    /// See everything that is masked.
    Viewer,
    /// Also change things, and see numbers whole.
    Operator,
}

impl From<SignedInOperator> for OperatorBody {
    fn from(operator: SignedInOperator) -> Self {
        Self {
            name: operator.name.to_string(),
            role: match operator.role {
                Role::Viewer => RoleBody::Viewer,
                Role::Operator => RoleBody::Operator,
            },
            totp: operator.has_totp,
        }
    }
}

problems!(SignInProblems: LIMITED BODY + WrongPassword + TotpRequired + ForeignOrigin + KeyUnavailable);

/// Sign in
///
/// Opens a session, whose token is in the cookie that the response sets. It ends after thirty minutes without a
/// request, and after twelve hours in any case.
#[utoipa::path(
    post, path = "/admin/v1/sign-in", tag = "sign-in", operation_id = "signIn",
    request_body(content = SignInRequest, examples(("request" = (value = json!({ "name": "li.lei", "password": "ab2de-fgh3j-kmn4p-qrs5t" }))))),
    responses(
        (status = 200, description = "Signed in", body = OperatorBody,
            headers(("Set-Cookie" = String, description = "The cookie with the token.")),
            example = json!({ "name": "li.lei", "role": "operator", "totp": false })),
        SignInProblems))]
async fn sign_in(
    State(api): State<Arc<AdminApi>>,
    Client(client): Client,
    Json(request): Json<SignInRequest>,
) -> Result<Response, Problem> {
    let (name, password, totp) = request.read()?;
    api.limits.count(&name, client.address())?;
    let command = SignInCommand { name, password, totp, origin: api.origin(client) };
    let signed_in = api.sign_in.execute(command).await?;
    let cookie = cookie::with_token(&api, &signed_in.token);
    let body = JsonResponse(StatusCode::OK, OperatorBody::from(signed_in.operator));
    Ok(([(header::SET_COOKIE, cookie)], body).into_response())
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Refused => ProblemCode::WrongPassword.into(),
            SignInError::TotpRequired => ProblemCode::TotpRequired.into(),
            SignInError::Seal(error) => error.into(),
            SignInError::Store(error) => error.into(),
        }
    }
}

problems!(SignOutProblems: + ForeignOrigin);

/// Sign out
///
/// Ends the session, if there is one.
#[utoipa::path(
    post, path = "/admin/v1/sign-out", tag = "sign-in", operation_id = "signOut",
    responses((status = 204, description = "Signed out"), SignOutProblems))]
async fn sign_out(State(api): State<Arc<AdminApi>>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(token) = cookie::token_in(&api, &headers) {
        api.sign_out.execute(&token).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie::without_token(&api))]).into_response())
}

problems!(MeProblems: OPERATOR);

/// Who is signed in
///
/// The operator whose session it is.
#[utoipa::path(
    get, path = "/admin/v1/me", tag = "sign-in", operation_id = "getOperator",
    security(("operator" = [])),
    responses(
        (status = 200, description = "The operator", body = OperatorBody,
            example = json!({ "name": "li.lei", "role": "operator", "totp": false })),
        MeProblems))]
async fn me(Looking(operator): Looking) -> JsonResponse<OperatorBody> {
    JsonResponse(StatusCode::OK, operator.into())
}

#[cfg(test)]
mod tests {
    use domain::sealing::SealError;

    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        assert_recovery([
            SignInError::Refused,
            SignInError::TotpRequired,
            SignInError::Seal(SealError::Broken),
            SignInError::Store(store_error()),
        ]);
    }
}
