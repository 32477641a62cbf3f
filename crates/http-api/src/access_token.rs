//! `POST /service/v1/access-token`: an app's access token, for calls of the team's own.

use std::sync::Arc;

use axum::extract::State;
use domain::{
    access_token::{AccessToken, GetAccessTokenCommand, GetAccessTokenError, IssuedAccessToken},
    app::AppId,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    dto::{JsonResponse, Moment},
    examples,
    extract::{AuthenticatedService, FieldErrors, FieldValue, Json},
    problem::{Problem, ProblemCode, UNKNOWN_APP, problems},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(get))
}

/// Which access token is wanted.
#[derive(Deserialize, ToSchema)]
pub(crate) struct AccessTokenRequest {
    /// The Mini Program's app id.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    app_id: FieldValue,
    /// A token that WeChat rejected (40001, 40014, 42001). It is replaced if it is still the current one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    rejected: FieldValue,
}

impl AccessTokenRequest {
    fn read(self) -> Result<(AppId, Option<AccessToken>), Problem> {
        let mut errors = FieldErrors::default();
        let app_id = errors.required("app_id", self.app_id);
        let rejected = errors.optional("rejected", self.rejected);
        match app_id {
            Some(app_id) if errors.is_empty() => Ok((app_id, rejected)),
            Some(_) | None => Err(errors.into()),
        }
    }
}

/// An access token.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessTokenAnswer {
    /// The token, of up to 512 characters.
    access_token: String,
    /// When it ends at the latest. WeChat may end it before.
    expires_at: Moment,
}

impl From<IssuedAccessToken> for AccessTokenAnswer {
    fn from(issued: IssuedAccessToken) -> Self {
        Self { access_token: issued.token.expose().to_owned(), expires_at: Moment(issued.expires_at) }
    }
}

problems!(AccessTokenProblems: SERVICE BODY WECHAT + UnknownApp);

/// Get an access token
///
/// The app's access token, for calls of WeChat that Yaoshi does not make. All instances and services share
/// it, so that nobody ends the token of another. Ask for it before each call instead of keeping it. If WeChat
/// rejects it, send it as `rejected` and repeat the call once.
#[utoipa::path(
    post, path = "/service/v1/access-token", tag = "services", operation_id = "getAccessToken",
    security(("service" = [])),
    request_body(content = AccessTokenRequest, examples(
        ("current" = (summary = "The current one", value = json!({ "app_id": examples::APP_ID }))),
        ("rejected" = (summary = "Another than the rejected one", value = json!({
            "app_id": examples::APP_ID, "rejected": examples::ACCESS_TOKEN }))))),
    responses(
        (status = 200, description = "The token", body = AccessTokenAnswer,
            examples(("token" = (value = json!({
                "access_token": examples::ACCESS_TOKEN, "expires_at": "2026-01-01T02:00:00Z" }))))),
        AccessTokenProblems))]
async fn get(
    State(api): State<Arc<Api>>,
    AuthenticatedService(service): AuthenticatedService,
    Json(request): Json<AccessTokenRequest>,
) -> Result<JsonResponse<AccessTokenAnswer>, Problem> {
    let (app_id, rejected) = request.read()?;
    let issued = api.get_access_token.execute(GetAccessTokenCommand { service, app_id, rejected }).await?;
    Ok(JsonResponse(StatusCode::OK, issued.into()))
}

impl From<GetAccessTokenError> for Problem {
    fn from(error: GetAccessTokenError) -> Self {
        match error {
            GetAccessTokenError::Service(error) => error.into(),
            GetAccessTokenError::UnknownApp => {
                Self::new(ProblemCode::UnknownApp).with_field("app_id", UNKNOWN_APP)
            }
            GetAccessTokenError::Call(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::{
        service::ServiceError,
        wechat::{CallError, Trouble},
    };

    use super::*;
    use crate::problem::assert_recovery;

    #[test]
    fn problems_recover_as_the_domain_says() {
        assert_recovery([
            GetAccessTokenError::Service(ServiceError::Unknown),
            GetAccessTokenError::UnknownApp,
            GetAccessTokenError::Call(CallError::Unavailable(Trouble::TokenRejected)),
            GetAccessTokenError::Call(CallError::RateLimited { retry_after: Duration::from_secs(7) }),
        ]);
    }
}
