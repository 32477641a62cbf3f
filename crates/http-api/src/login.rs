//! `POST /v1/login`: a one-time code becomes a session.

use std::sync::Arc;

use axum::extract::State;
use domain::{
    app::AppId,
    localized::{Language, Localized},
    login::{ExchangeError, LoggedIn, LoginCode, LoginCommand, LoginError, Standing},
    session::LoginRoute,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{ToSchema, openapi::OpenApi};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    dto::{Grant, JsonResponse, SessionStateBody, UserBody},
    examples,
    extract::{Client, FieldErrors, FieldValue, IdempotencyKeyHeader, Json},
    metered,
    problem::{Problem, ProblemCode, UNKNOWN_APP, problems},
};

const PATH: &str = "/v1/login";

const COMMANDS_LABEL: Localized = Localized::fixed("Log in with a simulated phone", "用模拟的手机登录");

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(log_in))
}

/// Shows shell commands that log in beside the route, instead of a request with the code of the example.
pub(crate) fn show_commands(openapi: &mut OpenApi, commands: &str, language: Language) {
    let samples = json!([{ "lang": "Shell", "label": COMMANDS_LABEL.text(language), "source": commands }]);
    let route = openapi.paths.paths.get_mut(PATH).and_then(|item| item.post.as_mut());
    if let Some(operation) = route {
        operation.extensions = Some([("x-codeSamples", samples)].into_iter().collect());
    }
}

/// A code to log in with.
#[derive(Deserialize, ToSchema)]
pub(crate) struct LoginRequest {
    /// The Mini Program's app id.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    app_id: FieldValue,
    /// The code from `wx.login`: valid for five minutes and one use.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    code: FieldValue,
}

impl LoginRequest {
    fn read(self) -> Result<(AppId, LoginCode), Problem> {
        let mut errors = FieldErrors::default();
        let app_id = errors.required("app_id", self.app_id);
        let code = errors.required("code", self.code);
        app_id.zip(code).ok_or_else(|| errors.into())
    }
}

/// A successful login.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginAnswer {
    /// Whether the user is registered. If not, continue with `POST /v1/register`.
    state: SessionStateBody,
    #[serde(flatten)]
    grant: Grant,
    /// The user, if registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserBody>,
}

impl From<LoggedIn> for LoginAnswer {
    fn from(LoggedIn { session, token, standing }: LoggedIn) -> Self {
        let (state, user) = match standing {
            Standing::Registered(user) => (SessionStateBody::Registered, Some((*user).into())),
            Standing::Unregistered => (SessionStateBody::Unregistered, None),
        };
        Self { state, grant: Grant::new(&token, &session), user }
    }
}

problems!(LoginProblems: LIMITED BODY WECHAT
    + UnknownApp + InvalidCode + PhoneCodeGiven + CodeUsed + CodeExchangeLost + WechatUserBlocked + UserBlocked
    + LoginInProgress + LoginCutOff + KeyUnavailable);

/// Log in
///
/// Exchanges the code at WeChat and opens a session, whether the user is registered or not. With an
/// `Idempotency-Key`, the same code sent again within five minutes repeats the login and returns a fresh
/// token, so that a client can retry a login whose response was lost.
///
/// The code of the example is used up. `wx.login` gives out new ones, as does the simulated WeChat of
/// `yaoshi dev`, whose documentation page shows the commands.
#[utoipa::path(
    post, path = PATH, tag = "login", operation_id = "logIn",
    params(("Idempotency-Key" = Option<String>, Header,
        description = "The client's name for this attempt, new for every `wx.login`: 8 to 128 visible \
                       ASCII characters.",
        example = "5b0f7e7c-2f0c-4d0e-9a57-3a1f6f0f8a11")),
    request_body(content = LoginRequest, examples(
        ("code" = (value = json!({ "app_id": examples::APP_ID, "code": examples::CODE }))))),
    responses(
        (status = 200, description = "Logged in", body = LoginAnswer, examples(
            ("unregistered" = (summary = "An unregistered user", value = json!(examples::logged_in_unregistered()))),
            ("registered" = (summary = "A registered user", value = json!(examples::logged_in_registered()))))),
        LoginProblems))]
async fn log_in(
    State(api): State<Arc<Api>>,
    Client(client): Client,
    IdempotencyKeyHeader(idempotency_key): IdempotencyKeyHeader,
    Json(request): Json<LoginRequest>,
) -> Result<JsonResponse<LoginAnswer>, Problem> {
    let (app_id, code) = request.read()?;
    let route = LoginRoute::Api;
    let command = LoginCommand { app_id, code, idempotency_key, route, client };
    let logged_in = metered::log_in(&api, command).await?;
    Ok(JsonResponse(StatusCode::OK, logged_in.into()))
}

impl From<LoginError> for Problem {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::UnknownApp => Self::new(ProblemCode::UnknownApp).with_field("app_id", UNKNOWN_APP),
            LoginError::Exchange(refused) => refused.error.into(),
            LoginError::InProgress => ProblemCode::LoginInProgress.into(),
            LoginError::UserBlocked(_) => ProblemCode::UserBlocked.into(),
            LoginError::Seal(error) => error.into(),
            LoginError::Store(error) => error.into(),
            LoginError::CutOff => ProblemCode::LoginCutOff.into(),
        }
    }
}

impl From<ExchangeError> for Problem {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::InvalidCode => ProblemCode::InvalidCode.into(),
            ExchangeError::PhoneCodeGiven => ProblemCode::PhoneCodeGiven.into(),
            ExchangeError::CodeUsed => ProblemCode::CodeUsed.into(),
            ExchangeError::AnswerLost => ProblemCode::CodeExchangeLost.into(),
            ExchangeError::UserBlocked => ProblemCode::WechatUserBlocked.into(),
            ExchangeError::Call(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::{
        ids::IdentityId,
        sealing::SealError,
        wechat::{CallError, Trouble},
    };

    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        let limited = CallError::RateLimited { retry_after: Duration::from_secs(7) };
        assert_recovery([
            ExchangeError::InvalidCode,
            ExchangeError::CodeUsed,
            ExchangeError::AnswerLost,
            ExchangeError::UserBlocked,
            ExchangeError::Call(CallError::Unavailable(Trouble::Busy)),
            ExchangeError::Call(limited),
        ]);
        assert_recovery([
            LoginError::UnknownApp,
            ExchangeError::CodeUsed.into(),
            LoginError::InProgress,
            LoginError::UserBlocked(Box::new(IdentityId {
                app_id: examples::APP_ID.parse().unwrap(),
                openid: "oSample".parse().unwrap(),
            })),
            LoginError::Seal(SealError::Broken),
            LoginError::Store(store_error()),
            LoginError::CutOff,
        ]);
    }
}
