//! `/v1/verify`: whose token a request carries, for gateways.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
    routing::{MethodFilter, on},
};
use domain::{
    assertion::{Assertion, IssueAssertionError},
    session::SessionState,
    verification::{Unregistered, Verified, VerifyCommand, VerifyError},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    extract::{BearerToken, FieldErrors, FieldValue, Query},
    problem::{Problem, ProblemCode, problems},
};

const X_YAOSHI_USER: HeaderName = HeaderName::from_static("x-yaoshi-user");
const X_YAOSHI_SESSION: HeaderName = HeaderName::from_static("x-yaoshi-session");
const X_YAOSHI_APP: HeaderName = HeaderName::from_static("x-yaoshi-app");
const X_YAOSHI_OPENID: HeaderName = HeaderName::from_static("x-yaoshi-openid");
const X_YAOSHI_STATE: HeaderName = HeaderName::from_static("x-yaoshi-state");
const X_YAOSHI_ASSERTION: HeaderName = HeaderName::from_static("x-yaoshi-assertion");

const PATH: &str = "/v1/verify";

/// Some gateways ask with the method of the request that they hold.
const OTHER_METHODS: MethodFilter =
    MethodFilter::POST.or(MethodFilter::PUT).or(MethodFilter::PATCH).or(MethodFilter::DELETE);

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(verify)).route(PATH, on(OTHER_METHODS, verify))
}

/// What a gateway wants.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct VerifyQuery {
    /// With `allow`, users who have not registered pass. By default they get 403.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "allow")]
    unregistered: FieldValue,
    /// For whom the assertion is meant: its `aud`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "orders")]
    aud: FieldValue,
}

problems!(VerifyProblems: TOKEN + NotRegistered + InvalidField + KeyUnavailable);

/// Verify a token
///
/// Tells a gateway whose token a request carries: nginx (`auth_request`), Caddy (`forward_auth`), Traefik
/// (`forwardAuth`), APISIX (`forward-auth`). On a 200 the gateway forwards the request with the headers of this
/// response, and it has to remove headers of the same names that the client sent. The route accepts every
/// method. The response usually comes from memory.
#[utoipa::path(
    get, path = PATH, tag = "back ends", operation_id = "verify",
    params(VerifyQuery),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The token is valid, and the headers say whose it is", headers(
            ("X-Yaoshi-User" = String, description = "The user's id. Missing where the user is not registered."),
            ("X-Yaoshi-Session" = String, description = "The session's id."),
            ("X-Yaoshi-App" = String, description = "The app's id."),
            ("X-Yaoshi-Openid" = String, description = "The user's openid at the app."),
            ("X-Yaoshi-State" = String, description = "`registered` or `unregistered`."),
            ("X-Yaoshi-Assertion" = String, description = "The same as a JWT of five minutes at most. Missing where \
                the user is not registered, and where the server has no `http.public_url`."))),
        VerifyProblems))]
async fn verify(
    State(api): State<Arc<Api>>,
    BearerToken(token): BearerToken,
    Query(query): Query<VerifyQuery>,
) -> Result<Response, Problem> {
    let mut errors = FieldErrors::default();
    let unregistered = errors.optional("unregistered", query.unregistered);
    let audience = errors.optional("aud", query.aud);
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let unregistered = unregistered.unwrap_or(Unregistered::Refuse);
    let verified = api.verify.execute(VerifyCommand { token, unregistered, audience }).await?;
    Ok(response(&verified))
}

fn response(verified: &Verified) -> Response {
    let Verified { caller, details, assertion } = verified;
    let state = match caller.state {
        SessionState::Registered(_) => "registered",
        SessionState::Unregistered => "unregistered",
    };
    let user = caller.state.user_id().map(|id| id.to_string());
    let headers = [
        (X_YAOSHI_USER, user.as_deref()),
        (X_YAOSHI_SESSION, Some(&*caller.session_id.to_string())),
        (X_YAOSHI_APP, Some(details.identity.app_id.as_str())),
        (X_YAOSHI_OPENID, Some(details.identity.openid.as_str())),
        (X_YAOSHI_STATE, Some(state)),
        (X_YAOSHI_ASSERTION, assertion.as_ref().map(Assertion::expose)),
    ]
    .map(|(name, value)| Some((name, HeaderValue::from_bytes(value?.as_bytes()).ok()?)));
    let mut response = StatusCode::OK.into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().extend(headers.into_iter().flatten());
    response
}

impl From<IssueAssertionError> for Problem {
    fn from(error: IssueAssertionError) -> Self {
        match error {
            IssueAssertionError::Seal(error) => error.into(),
            IssueAssertionError::Store(error) => error.into(),
        }
    }
}

impl From<VerifyError> for Problem {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Session(error) => error.into(),
            VerifyError::NotRegistered => ProblemCode::NotRegistered.into(),
            VerifyError::Assertion(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{sealing::SealError, session::AuthenticateError};

    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        assert_recovery([
            VerifyError::Session(AuthenticateError::Unknown),
            VerifyError::Session(AuthenticateError::Expired),
            VerifyError::Session(AuthenticateError::UserBlocked),
            VerifyError::Session(AuthenticateError::Store(store_error())),
            VerifyError::NotRegistered,
            VerifyError::Assertion(IssueAssertionError::Seal(SealError::UnknownMasterKey)),
            VerifyError::Assertion(IssueAssertionError::Store(store_error())),
        ]);
    }
}
