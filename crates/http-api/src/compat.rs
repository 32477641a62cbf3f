//! `/login/` and `/getinfo/`: the two routes of the Django tutorial that many Mini Programs started
//! from, with its names and its answers, so that its client runs unchanged.
//!
//! That client logs in, keeps the token, and later sends whatever `wx.getUserInfo` gave together
//! with the token in the body. It looks at the body alone, so every answer is a 200, and it would
//! not learn of a new token, so registration keeps the one it has. It names no app: the first one
//! of the configuration is meant.

use std::sync::Arc;

use axum::{
    extract::{FromRequest, Request, State},
    response::{IntoResponse, Response},
};
use domain::{
    login::{LoginCode, LoginCommand},
    profile::RefreshProfileCommand,
    recovery::Recover,
    registration::{RegisterCommand, TokenChange},
    session::{ClientInfo, SessionState, Token},
    user::User,
};
use http::{HeaderMap, StatusCode};
use serde::{
    Deserialize, Serialize,
    de::{DeserializeOwned, value::MapDeserializer},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    dto::{CollectedData, JsonResponse, OpenDataRequest},
    examples,
    extract::{Client, FieldErrors, FieldValue, LimitedBytes, is_json, media_type, read_json, token_in},
    metered,
    problem::{Problem, ProblemCode, problems},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(log_in)).routes(routes!(get_info))
}

/// A code to log in with.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CompatLoginRequest {
    /// What `wx.login` gave.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    code: FieldValue,
}

/// What `wx.getUserInfo` gave, and the token of the login. Names are taken as WeChat writes them
/// (`encryptedData`), in snake case, and as the tutorial misspells them (`encrypedData`).
#[derive(Deserialize, ToSchema)]
pub(crate) struct CompatInfoRequest {
    /// The token that `/login/` gave. `Authorization: Bearer` will do as well.
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

/// What either route answers with.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum CompatAnswer<T> {
    /// It was done.
    Done(CompatSuccess<T>),
    /// It was not.
    Failed(CompatFailure),
}

/// A success in the tutorial's shape.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompatSuccess<T> {
    /// 0.
    status: u8,
    /// `ok`.
    #[schema(value_type = String)]
    msg: &'static str,
    /// What was asked for.
    data: T,
}

impl<T> From<Result<T, Problem>> for CompatAnswer<T> {
    fn from(outcome: Result<T, Problem>) -> Self {
        match outcome {
            Ok(data) => Self::Done(CompatSuccess { status: 0, msg: "ok", data }),
            Err(problem) => Self::Failed(CompatFailure::of(&problem)),
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

/// A user under the tutorial's names.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompatUser {
    /// The nickname.
    name: String,
    /// The avatar's address.
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

/// A failure in the tutorial's shape, with what this server knows beside it.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompatFailure {
    /// The failure's number: 1 missing parameter, 2 invalid token, 3 log in again, 4 collect the
    /// data again, 5 register, 6 retry, 7 the request is wrong, 8 the operator must act.
    status: u8,
    /// The same number again: the tutorial's clients read one or the other.
    code: u8,
    /// What happened.
    #[schema(value_type = String)]
    msg: &'static str,
    /// Nothing.
    #[schema(value_type = Option<String>)]
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

impl IntoResponse for CompatFailure {
    fn into_response(self) -> Response {
        JsonResponse(StatusCode::OK, self).into_response()
    }
}

/// What the tutorial calls a missing parameter.
const MISSING: [ProblemCode; 2] = [ProblemCode::MissingField, ProblemCode::MissingToken];

impl CompatFailure {
    fn of(problem: &Problem) -> Self {
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
        let detail = problem.public_detail();
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
    serde_json::to_value(CompatFailure::of(&code.into())).unwrap_or_default()
}

/// A body as JSON or as a form: Django takes both.
struct JsonOrForm<T>(T);

impl<T: DeserializeOwned> FromRequest<Arc<Api>> for JsonOrForm<T> {
    type Rejection = CompatFailure;

    async fn from_request(request: Request, api: &Arc<Api>) -> Result<Self, CompatFailure> {
        read_either(request, api).await.map(Self).map_err(|problem| CompatFailure::of(&problem))
    }
}

async fn read_either<T: DeserializeOwned>(request: Request, api: &Arc<Api>) -> Result<T, Problem> {
    let is_form = media_type(request.headers())
        .is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    if !is_form && !is_json(request.headers()) {
        return Err(ProblemCode::UnsupportedMediaType.into());
    }
    let LimitedBytes(bytes) = LimitedBytes::from_request(request, api).await?;
    if is_form { read_form(&bytes) } else { read_json(&bytes) }
}

fn read_form<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let pairs = form_urlencoded::parse(bytes).map(|(name, value)| (name.into_owned(), value.into_owned()));
    T::deserialize(MapDeserializer::<_, serde::de::value::Error>::new(pairs))
        .map_err(|_| Problem::new(ProblemCode::InvalidField).with_detail("A field of the form stands twice."))
}

problems!(CompatProblems:);

/// Log in, as in the Django tutorial
///
/// `status` 0 brings `data.token`. Failures are a 200 too and carry their number twice.
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
    JsonOrForm(request): JsonOrForm<CompatLoginRequest>,
) -> CompatAnswer<CompatToken> {
    token_for(&api, request, client).await.into()
}

async fn token_for(
    api: &Api,
    request: CompatLoginRequest,
    client: ClientInfo,
) -> Result<CompatToken, Problem> {
    let mut errors = FieldErrors::default();
    let code =
        errors.required::<LoginCode>("code", filled(request.code)).ok_or_else(|| Problem::from(errors))?;
    let app_id = api.apps.first().id.clone();
    let command = LoginCommand { app_id, code, idempotency_key: None, client };
    let logged_in = metered::log_in(api, command).await?;
    Ok(CompatToken { token: logged_in.token.expose().to_owned() })
}

/// Send user info, as in the Django tutorial
///
/// Registers an unregistered session, whose token stays, or refreshes the profile of a registered
/// one. Failures are a 200 too and carry their number twice.
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
    headers: HeaderMap,
    JsonOrForm(request): JsonOrForm<CompatInfoRequest>,
) -> CompatAnswer<CompatUser> {
    user_for(&api, request, &headers, client).await.map(CompatUser::from).into()
}

async fn user_for(
    api: &Api,
    request: CompatInfoRequest,
    headers: &HeaderMap,
    client: ClientInfo,
) -> Result<User, Problem> {
    let CompatInfoRequest { token, encrypted_data, iv, raw_data, signature } = request;
    let token = token_of(filled(token), headers)?;
    let data = OpenDataRequest::new(filled(encrypted_data), filled(iv), filled(raw_data), filled(signature));
    user_of(api, token, data.read()?, client).await
}

/// A field as the tutorial's server sees it: an empty one is missing.
fn filled(sent: FieldValue) -> FieldValue {
    match sent {
        FieldValue::Text(text) if text.is_empty() => FieldValue::Absent,
        FieldValue::Absent
        | FieldValue::Null
        | FieldValue::Text(_)
        | FieldValue::Number(_)
        | FieldValue::Other(_) => sent,
    }
}

/// The token in the body, or else in the header.
fn token_of(sent: FieldValue, headers: &HeaderMap) -> Result<Token, Problem> {
    match sent {
        FieldValue::Absent | FieldValue::Null => token_in(headers),
        FieldValue::Text(token) => token.parse().map_err(|_| ProblemCode::InvalidToken.into()),
        FieldValue::Number(_) | FieldValue::Other(_) => Err(ProblemCode::InvalidToken.into()),
    }
}

/// The user whom the token belongs to, with the profile that the data tells.
async fn user_of(api: &Api, token: Token, data: CollectedData, client: ClientInfo) -> Result<User, Problem> {
    let CollectedData { payload, signed } = data;
    let caller = api.authenticate.execute(&token).await?;
    match caller.state {
        SessionState::Registered(_) => {
            let command = RefreshProfileCommand { caller, payload, signed, client };
            Ok(metered::refresh_profile(api, command).await?.user)
        }
        SessionState::Unregistered => {
            let token_change = TokenChange::Keep;
            let command = RegisterCommand { token, signed, payload, token_change, client };
            Ok(metered::register(api, command).await?.user)
        }
    }
}
