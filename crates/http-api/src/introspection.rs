//! `POST /oauth/introspect` (RFC 7662), and `/.well-known/oauth-authorization-server` (RFC 8414), by which
//! libraries find it.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    introspection::{IntrospectCommand, IntrospectError, Introspected},
    session::{Caller, SessionDetails},
    user::UserId,
    verification::Unregistered,
};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::{
    ToSchema,
    openapi::{Object, ObjectBuilder, Type},
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    api::Api,
    dto::{JsonResponse, SessionStateBody},
    examples,
    extract::{AuthenticatedService, FieldErrors, FieldValue, Form},
    problem::{Problem, ProblemCode, problems},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(introspect)).routes(routes!(metadata))
}

/// The token that a service asks about.
#[derive(Deserialize, ToSchema)]
pub(crate) struct IntrospectRequest {
    /// The token, as the client sent it.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    token: FieldValue,
    /// Ignored: there is one type of token.
    #[serde(default, rename = "token_type_hint")]
    #[schema(value_type = Option<String>)]
    _token_type_hint: FieldValue,
    /// With `allow`, the tokens of users who have not registered are active too.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "allow")]
    unregistered: FieldValue,
}

/// The state of a token.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum IntrospectAnswer {
    /// A valid token.
    Active(ActiveToken),
    /// Any other.
    Inactive(InactiveToken),
}

/// A valid token, and whose it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActiveToken {
    /// `true`.
    #[schema(schema_with = always::<true>)]
    active: bool,
    /// The user's id. Missing where the user is not registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<Uuid>,
    /// The session's id.
    sid: Uuid,
    /// The app's id.
    app_id: String,
    /// The user's openid at the app.
    openid: String,
    /// The user's unionid, where WeChat says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    unionid: Option<String>,
    /// Whether the user is registered.
    state: SessionStateBody,
    /// When the session ends if it is not used, in seconds since 1970.
    exp: i64,
    /// When the user logged in, in seconds since 1970.
    iat: i64,
    /// `Bearer`.
    #[schema(value_type = String)]
    token_type: &'static str,
}

/// A token that is not valid for this service. The reason is not disclosed.
#[derive(Serialize, ToSchema)]
pub(crate) struct InactiveToken {
    /// `false`.
    #[schema(schema_with = always::<false>)]
    active: bool,
}

/// The schema of a field that always has this value.
fn always<const VALUE: bool>() -> Object {
    ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([VALUE])).build()
}

impl ActiveToken {
    fn new(caller: &Caller, details: &SessionDetails) -> Self {
        Self {
            active: true,
            sub: caller.state.user_id().map(UserId::as_uuid),
            sid: caller.session_id.as_uuid(),
            app_id: details.identity.app_id.to_string(),
            openid: details.identity.openid.to_string(),
            unionid: details.unionid.as_ref().map(ToString::to_string),
            state: caller.state.into(),
            exp: caller.expires_at.as_millis().div_euclid(1_000),
            iat: details.created_at.as_millis().div_euclid(1_000),
            token_type: "Bearer",
        }
    }
}

problems!(IntrospectProblems: SERVICE BODY);

/// Introspect a token
///
/// Returns the state of a token and whose it is, for back ends (RFC 7662). The token of a user who has not
/// registered is inactive unless the service sends `unregistered=allow`: so a library that looks only at
/// `active` admits registered users only. An unknown or malformed token is inactive, too, as is one of an app
/// that the service may not ask about. The response usually comes from memory.
#[utoipa::path(
    post, path = "/oauth/introspect", tag = "back ends", operation_id = "introspect",
    security(("service" = [])),
    request_body(content = IntrospectRequest, content_type = "application/x-www-form-urlencoded", examples(
        ("token" = (value = json!({ "token": examples::TOKEN }))))),
    responses(
        (status = 200, description = "The state of the token", body = IntrospectAnswer, examples(
            ("active" = (summary = "A user's token", value = json!(examples::introspected()))),
            ("inactive" = (summary = "Any other", value = json!({ "active": false }))))),
        IntrospectProblems))]
async fn introspect(
    State(api): State<Arc<Api>>,
    AuthenticatedService(service): AuthenticatedService,
    Form(request): Form<IntrospectRequest>,
) -> Result<Response, Problem> {
    let mut errors = FieldErrors::default();
    let unregistered = errors.optional("unregistered", request.unregistered);
    let token = match request.token {
        FieldValue::Text(text) => text.parse().ok(),
        FieldValue::Absent | FieldValue::Null | FieldValue::Number(_) | FieldValue::Other(_) => {
            errors.missing("token");
            None
        }
    };
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let unregistered = unregistered.unwrap_or(Unregistered::Refuse);
    let answer = match api.introspect.execute(IntrospectCommand { service, token, unregistered }).await? {
        Introspected::Active(caller, details) => {
            IntrospectAnswer::Active(ActiveToken::new(&caller, &details))
        }
        Introspected::Inactive => IntrospectAnswer::Inactive(InactiveToken { active: false }),
    };
    let mut response = JsonResponse(StatusCode::OK, answer).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Where libraries find what this server offers.
#[derive(Serialize, ToSchema)]
pub(crate) struct ServerMetadata {
    /// The server, as assertions name it.
    issuer: String,
    /// Where tokens are introspected.
    introspection_endpoint: String,
    /// How services authenticate there.
    introspection_endpoint_auth_methods_supported: [&'static str; 1],
    /// Where the keys of assertions are.
    jwks_uri: String,
    /// The grants of OAuth that are supported: none. Codes of `wx.login` are no grant of OAuth.
    response_types_supported: [&'static str; 0],
    /// The same.
    grant_types_supported: [&'static str; 0],
}

problems!(MetadataProblems: + NoPublicUrl);

/// Show the metadata
///
/// The metadata of RFC 8414, for libraries that are given this server's address alone.
#[utoipa::path(
    get, path = "/.well-known/oauth-authorization-server", tag = "back ends", operation_id = "getMetadata",
    security(()),
    responses(
        (status = 200, description = "The metadata", body = ServerMetadata,
            examples(("metadata" = (value = json!(examples::metadata()))))),
        MetadataProblems))]
async fn metadata(State(api): State<Arc<Api>>) -> Result<Response, Problem> {
    let issuer = api.issuer.as_ref().ok_or(ProblemCode::NoPublicUrl)?.as_str();
    let metadata = ServerMetadata {
        issuer: issuer.to_owned(),
        introspection_endpoint: format!("{issuer}/oauth/introspect"),
        introspection_endpoint_auth_methods_supported: ["client_secret_basic"],
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        response_types_supported: [],
        grant_types_supported: [],
    };
    let mut response = JsonResponse(StatusCode::OK, metadata).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    Ok(response)
}

impl From<IntrospectError> for Problem {
    fn from(error: IntrospectError) -> Self {
        match error {
            IntrospectError::Service(error) => error.into(),
            IntrospectError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::service::{Scope, ServiceError};

    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        assert_recovery([
            IntrospectError::Service(ServiceError::MissingScope(Scope::Introspect)),
            IntrospectError::Store(store_error()),
        ]);
    }
}
