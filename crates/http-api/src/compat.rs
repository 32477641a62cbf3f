//! `/login/` and `/getinfo/`: the two routes of the Django tutorial that many Mini Programs began with,
//! with its names and its responses, so that its client runs unchanged.
//!
//! That client logs in, keeps the token, and later sends the result of `wx.getUserInfo` together with the
//! token in the body. It does not check the status, so every response has status 200. It does not expect a
//! new token, so registration keeps the old one. It names no app, so the first configured one is used.

use std::sync::Arc;

use axum::{
    extract::{FromRequest, Request, State},
    response::{IntoResponse, Response},
};
use domain::{
    localized::Language,
    login::{LoginCode, LoginCommand},
    profile::RefreshProfileCommand,
    recovery::Recover,
    registration::{RegisterCommand, RegistrationData, TokenChange},
    session::{ClientInfo, LoginRoute, SessionState, Token},
    user::User,
};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{
    ToSchema,
    openapi::{Object, Type},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    dto::{CollectedData, JsonResponse, OpenDataRequest},
    examples,
    extract::{
        AcceptedLanguage, Client, FieldErrors, FieldValue, ReceivedBody, accepted_language, is_form, is_json,
        read_form, read_json, token_in,
    },
    limits::IdentityLimit,
    metered,
    observe::note,
    problem::{Problem, ProblemCode, problems},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(log_in)).routes(routes!(get_info))
}

/// A code to log in with.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CompatLoginRequest {
    /// The code from `wx.login`.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    code: FieldValue,
}

/// The result of `wx.getUserInfo` and the token of the login. The names may be WeChat's (`encryptedData`),
/// in snake case, or as the tutorial misspells them (`encrypedData`).
#[derive(Deserialize, ToSchema)]
pub(crate) struct CompatInfoRequest {
    /// The token from `/login/`. It may be in the `Authorization: Bearer` header instead.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    token: FieldValue,
    /// `encryptedData`.
    #[serde(default, rename = "encryptedData", alias = "encrypedData", alias = "encrypted_data")]
    #[schema(value_type = String, required = true)]
    encrypted_data: FieldValue,
    /// `iv`.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    iv: FieldValue,
    /// `rawData`.
    #[serde(default, rename = "rawData", alias = "raw_data")]
    #[schema(value_type = Option<String>)]
    raw_data: FieldValue,
    /// `signature`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    signature: FieldValue,
}

/// The body of a response of either route.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum CompatAnswer<T> {
    /// The request succeeded.
    Done(CompatSuccess<T>),
    /// The request failed.
    Failed(CompatFailure),
}

/// A success in the form of the tutorial.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompatSuccess<T> {
    /// 0.
    #[schema(minimum = 0, maximum = 0)]
    status: u8,
    /// `ok`.
    #[schema(value_type = String)]
    msg: &'static str,
    /// The result.
    data: T,
}

impl<T> CompatAnswer<T> {
    fn new(outcome: Result<T, Problem>, language: Language) -> Self {
        match outcome {
            Ok(data) => Self::Done(CompatSuccess { status: 0, msg: "ok", data }),
            Err(problem) => Self::Failed(CompatFailure::told(problem, language)),
        }
    }
}

impl<T: Serialize> IntoResponse for CompatAnswer<T> {
    fn into_response(self) -> Response {
        JsonResponse(StatusCode::OK, self).into_response()
    }
}

/// The token of a login.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompatToken {
    /// The token.
    token: String,
}

/// A user with the names of the tutorial.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompatUser {
    /// The nickname.
    name: String,
    /// The URL of the avatar.
    avatar: String,
    /// The language.
    language: String,
    /// The province.
    province: String,
    /// The city.
    city: String,
    /// The country.
    country: String,
}

impl From<User> for CompatUser {
    fn from(user: User) -> Self {
        let profile = user.profile;
        Self {
            name: profile.nickname.as_str().to_owned(),
            avatar: profile.avatar_url.as_str().to_owned(),
            language: profile.language.as_str().to_owned(),
            province: profile.province.as_str().to_owned(),
            city: profile.city.as_str().to_owned(),
            country: profile.country.as_str().to_owned(),
        }
    }
}

/// A failure in the form of the tutorial, with the fields of a problem added.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompatFailure {
    /// The failure's number: 1 missing parameter, 2 invalid token, 3 log in again, 4 collect the
    /// data again, 5 register, 6 retry, 7 the request is wrong, 8 the operator must act.
    #[schema(minimum = 1, maximum = 8)]
    status: u8,
    /// The same number again: some clients of the tutorial read `status`, others `code`.
    #[schema(minimum = 1, maximum = 8)]
    code: u8,
    /// What happened, in English.
    #[schema(value_type = String)]
    msg: &'static str,
    /// `null`.
    #[schema(schema_with = null)]
    data: (),
    /// The stable name of the failure, as in a problem's `code`.
    #[schema(value_type = String)]
    problem: &'static str,
    /// What the client should do, as in a problem's `recover`.
    #[schema(value_type = String)]
    recover: &'static str,
    /// What happened this time, as in a problem's `detail`.
    detail: String,
}

fn null() -> Object {
    Object::with_type(Type::Null)
}

impl IntoResponse for CompatFailure {
    fn into_response(self) -> Response {
        JsonResponse(StatusCode::OK, self).into_response()
    }
}

/// The problems that the tutorial calls a missing parameter.
const MISSING: [ProblemCode; 2] = [ProblemCode::MissingField, ProblemCode::MissingToken];

impl CompatFailure {
    /// The failure of the request, which is noted: nothing else of the response tells it.
    fn told(problem: Problem, language: Language) -> Self {
        let failure = Self::of(&problem, language);
        note(|noted| noted.problem(problem));
        failure
    }

    fn of(problem: &Problem, language: Language) -> Self {
        let code = problem.code();
        let kind = code.kind();
        let (number, msg) = if MISSING.contains(&code) {
            (1, "missing parameter")
        } else if kind.status == StatusCode::UNAUTHORIZED {
            (2, "invalid token")
        } else {
            (number_of(kind.recover), kind.title)
        };
        let recover = kind.recover.as_str();
        let detail = problem.public_detail(language);
        Self { status: number, code: number, msg, data: (), problem: kind.code, recover, detail }
    }
}

const fn number_of(recover: Recover) -> u8 {
    match recover {
        Recover::LoginAgain => 3,
        Recover::CollectAgain => 4,
        Recover::Register => 5,
        Recover::Retry => 6,
        Recover::FixRequest => 7,
        Recover::Operator => 8,
    }
}

/// A failure as an example of the OpenAPI document.
fn failure_example(code: ProblemCode) -> serde_json::Value {
    serde_json::to_value(CompatFailure::of(&code.into(), Language::English)).unwrap_or_default()
}

/// A body as JSON or as a form, as Django accepts both.
struct JsonOrForm<T>(T);

impl<T: DeserializeOwned> FromRequest<Arc<Api>> for JsonOrForm<T> {
    type Rejection = CompatFailure;

    async fn from_request(request: Request, api: &Arc<Api>) -> Result<Self, CompatFailure> {
        let language = accepted_language(request.headers());
        let read = read_json_or_form(request, api).await;
        read.map(Self).map_err(|problem| CompatFailure::told(problem, language))
    }
}

async fn read_json_or_form<T: DeserializeOwned>(request: Request, api: &Arc<Api>) -> Result<T, Problem> {
    let is_form = is_form(request.headers());
    if !is_form && !is_json(request.headers()) {
        return Err(ProblemCode::UnsupportedMediaType.into());
    }
    let ReceivedBody(bytes) = ReceivedBody::from_request(request, api).await?;
    if is_form { read_form(&bytes) } else { read_json(&bytes) }
}

problems!(CompatProblems: LIMITED);

/// Log in, as in the Django tutorial
///
/// A success has `status` 0 and `data.token`. A failure has HTTP status 200, too, and its number in `status`
/// and `code`.
#[utoipa::path(
    post, path = "/login/", tag = "tutorial", operation_id = "compatLogIn",
    request_body(content = CompatLoginRequest, examples(
        ("code" = (value = json!({ "code": examples::CODE }))))),
    responses(
        (status = 200, description = "Logged in, or a failure", body = CompatAnswer<CompatToken>, examples(
            ("logged in" = (value = json!(examples::compat_token()))),
            ("failed" = (value = json!(failure_example(ProblemCode::CodeUsed)))))),
        CompatProblems))]
async fn log_in(
    State(api): State<Arc<Api>>,
    Client(client): Client,
    AcceptedLanguage(language): AcceptedLanguage,
    JsonOrForm(request): JsonOrForm<CompatLoginRequest>,
) -> CompatAnswer<CompatToken> {
    CompatAnswer::new(token_for(&api, request, client).await, language)
}

async fn token_for(
    api: &Api,
    request: CompatLoginRequest,
    client: ClientInfo,
) -> Result<CompatToken, Problem> {
    let mut errors = FieldErrors::default();
    let code = errors
        .required::<LoginCode>("code", empty_as_absent(request.code))
        .ok_or_else(|| Problem::from(errors))?;
    let app_id = api.apps.first().id.clone();
    let route = LoginRoute::Tutorial;
    let command = LoginCommand { app_id, code, idempotency_key: None, route, client };
    let logged_in = metered::log_in(api, command).await?;
    Ok(CompatToken { token: logged_in.token.expose().to_owned() })
}

/// Send user info, as in the Django tutorial
///
/// Registers an unregistered session of `/login/`, which keeps its token, or refreshes the profile of a registered
/// one. Takes the data of `wx.getUserInfo` only.
/// A failure has HTTP status 200, too, and its number in `status` and `code`.
#[utoipa::path(
    post, path = "/getinfo/", tag = "tutorial", operation_id = "compatGetInfo",
    request_body(content = CompatInfoRequest, examples(
        ("user info" = (value = json!(examples::compat_info()))))),
    responses(
        (status = 200, description = "The user, or a failure", body = CompatAnswer<CompatUser>, examples(
            ("user" = (value = json!(examples::compat_user()))),
            ("failed" = (value = json!(failure_example(ProblemCode::InvalidToken)))))),
        CompatProblems))]
async fn get_info(
    State(api): State<Arc<Api>>,
    Client(client): Client,
    AcceptedLanguage(language): AcceptedLanguage,
    headers: HeaderMap,
    JsonOrForm(request): JsonOrForm<CompatInfoRequest>,
) -> CompatAnswer<CompatUser> {
    let user = user_for(&api, request, &headers, client).await;
    CompatAnswer::new(user.map(CompatUser::from), language)
}

async fn user_for(
    api: &Api,
    request: CompatInfoRequest,
    headers: &HeaderMap,
    client: ClientInfo,
) -> Result<User, Problem> {
    let CompatInfoRequest { token, encrypted_data, iv, raw_data, signature } = request;
    let token = token_of(empty_as_absent(token), headers)?;
    let data = OpenDataRequest::new(
        empty_as_absent(encrypted_data),
        empty_as_absent(iv),
        empty_as_absent(raw_data),
        empty_as_absent(signature),
    );
    register_or_refresh(api, token, data.read()?, client).await
}

/// A field as the tutorial's server reads it: an empty text counts as missing.
fn empty_as_absent(value: FieldValue) -> FieldValue {
    match value {
        FieldValue::Text(text) if text.is_empty() => FieldValue::Absent,
        FieldValue::Absent
        | FieldValue::Null
        | FieldValue::Text(_)
        | FieldValue::Number(_)
        | FieldValue::Other(_) => value,
    }
}

/// The token in the body, otherwise that in the header.
fn token_of(value: FieldValue, headers: &HeaderMap) -> Result<Token, Problem> {
    match value {
        FieldValue::Absent | FieldValue::Null => token_in(headers),
        FieldValue::Text(token) => token.parse().map_err(|_| ProblemCode::InvalidToken.into()),
        FieldValue::Number(_) | FieldValue::Other(_) => Err(ProblemCode::InvalidToken.into()),
    }
}

/// Registers the user of the token, or refreshes the profile if the user is registered.
async fn register_or_refresh(
    api: &Api,
    token: Token,
    data: CollectedData,
    client: ClientInfo,
) -> Result<User, Problem> {
    let CollectedData { payload, signed } = data;
    let caller = api.authenticate.execute(&token).await?;
    note(|noted| noted.caller(&caller));
    api.limits.count_caller(IdentityLimit::Registration, &caller)?;
    match caller.state {
        SessionState::Registered(_) => {
            let command = RefreshProfileCommand { caller, payload, signed, client };
            Ok(metered::refresh_profile(api, command).await?.user)
        }
        SessionState::Unregistered => {
            let token_change = TokenChange::Keep;
            let data = RegistrationData::OpenData { signed, payload };
            let command = RegisterCommand { token, data, token_change, client };
            Ok(metered::register(api, Some(&caller), command).await?.user)
        }
    }
}
