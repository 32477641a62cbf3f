//! `/v1/me`: the user and the profile.

use std::{collections::HashMap, sync::Arc};

use axum::extract::State;
use domain::{
    profile::{
        ChangeProfileCommand, ChangeProfileError, GetUserError, RefreshProfileCommand, RefreshProfileError,
        Refreshed,
    },
    user::ProfileChange,
};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    dto::{CollectedData, JsonResponse, OpenDataRequest, UserBody},
    examples,
    extract::{Authenticated, Client, FieldErrors, FieldValue, Json},
    metered,
    problem::{Problem, ProblemCode, UNKNOWN_FIELD, key_lost, problems},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(show, change, change_by_post)).routes(routes!(refresh))
}

problems!(ShowProblems: TOKEN + NotRegistered);
problems!(ChangeProblems: TOKEN BODY + UnknownField + NotRegistered);
problems!(RefreshProblems: TOKEN BODY OPEN_DATA + StaleData + NotUserInfo + NotRegistered);

/// Show the user
#[utoipa::path(
    get, path = "/v1/me", tag = "user", operation_id = "getUser",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The user", body = UserBody,
            examples(("user" = (value = json!(examples::user()))))),
        ShowProblems))]
async fn show(
    State(api): State<Arc<Api>>,
    Authenticated(caller): Authenticated,
) -> Result<JsonResponse<UserBody>, Problem> {
    let user = api.get_user.execute(&caller).await?;
    Ok(JsonResponse(StatusCode::OK, user.into()))
}

/// A change to the profile. A field that is left out keeps its value; `null` clears it.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ProfileRequest {
    /// At most 64 characters, any script, emoji included.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    nickname: FieldValue,
    /// An http or https URL of at most 1024 visible ASCII characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    avatar_url: FieldValue,
    /// WeChat's number: 0 unknown, 1 male, 2 female.
    #[serde(default)]
    #[schema(value_type = Option<u8>, minimum = 0, maximum = 2)]
    gender: FieldValue,
    /// At most 64 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    language: FieldValue,
    /// At most 64 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    country: FieldValue,
    /// At most 64 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    province: FieldValue,
    /// At most 64 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    city: FieldValue,
    #[serde(flatten)]
    #[schema(ignore)]
    unknown: HashMap<String, FieldValue>,
}

/// A text field, with `null` as the empty text.
fn null_as_empty(value: FieldValue) -> FieldValue {
    match value {
        FieldValue::Null => FieldValue::Text(String::new()),
        FieldValue::Absent | FieldValue::Text(_) | FieldValue::Number(_) | FieldValue::Other(_) => value,
    }
}

/// The gender, with `null` as 0, unknown.
fn null_as_zero(value: FieldValue) -> FieldValue {
    match value {
        FieldValue::Null => FieldValue::Number(0),
        FieldValue::Absent | FieldValue::Text(_) | FieldValue::Number(_) | FieldValue::Other(_) => value,
    }
}

impl ProfileRequest {
    fn read(self) -> Result<ProfileChange, Problem> {
        // Otherwise a change under a misspelt name would be ignored silently.
        if let Some(field) = self.unknown.into_keys().min() {
            return Err(Problem::new(ProblemCode::UnknownField).with_field(field, UNKNOWN_FIELD));
        }
        let mut errors = FieldErrors::default();
        let change = ProfileChange {
            nickname: errors.optional("nickname", null_as_empty(self.nickname)),
            avatar_url: errors.optional("avatar_url", null_as_empty(self.avatar_url)),
            gender: errors.optional_number("gender", &null_as_zero(self.gender)),
            language: errors.optional("language", null_as_empty(self.language)),
            country: errors.optional("country", null_as_empty(self.country)),
            province: errors.optional("province", null_as_empty(self.province)),
            city: errors.optional("city", null_as_empty(self.city)),
        };
        if errors.is_empty() { Ok(change) } else { Err(errors.into()) }
    }
}

/// Change the profile
///
/// Changes the profile to what the user entered. A field that is left out keeps its value; `null` clears it.
#[utoipa::path(
    patch, path = "/v1/me", tag = "user", operation_id = "changeProfile",
    security(("bearer" = [])),
    request_body(content = ProfileRequest, examples(
        ("nickname" = (summary = "A new nickname; the city is cleared",
            value = json!({ "nickname": "阿明 🌱", "city": null }))))),
    responses(
        (status = 200, description = "The changed user", body = UserBody,
            examples(("user" = (value = json!(examples::user()))))),
        ChangeProblems))]
async fn change(
    api: State<Arc<Api>>,
    caller: Authenticated,
    client: Client,
    request: Json<ProfileRequest>,
) -> Result<JsonResponse<UserBody>, Problem> {
    changed(api, caller, client, request).await
}

/// Change the profile, from a Mini Program
///
/// The same as `PATCH /v1/me`, for clients that cannot send a `PATCH`, such as `wx.request`.
#[utoipa::path(
    post, path = "/v1/me", tag = "user", operation_id = "changeProfileByPost",
    security(("bearer" = [])),
    request_body(content = ProfileRequest, examples(
        ("nickname" = (summary = "A new nickname; the city is cleared",
            value = json!({ "nickname": "阿明 🌱", "city": null }))))),
    responses(
        (status = 200, description = "The changed user, as with `PATCH`", body = UserBody,
            examples(("user" = (value = json!(examples::user()))))),
        ChangeProblems))]
async fn change_by_post(
    api: State<Arc<Api>>,
    caller: Authenticated,
    client: Client,
    request: Json<ProfileRequest>,
) -> Result<JsonResponse<UserBody>, Problem> {
    changed(api, caller, client, request).await
}

async fn changed(
    State(api): State<Arc<Api>>,
    Authenticated(caller): Authenticated,
    Client(client): Client,
    Json(request): Json<ProfileRequest>,
) -> Result<JsonResponse<UserBody>, Problem> {
    let command = ChangeProfileCommand { caller, change: request.read()?, client };
    let user = api.change_profile.execute(command).await?;
    Ok(JsonResponse(StatusCode::OK, user.into()))
}

/// Refresh the profile
///
/// Takes the profile from open data of `wx.getUserInfo`. Fields that the data leaves empty keep their
/// values: WeChat anonymises open data today, and its placeholder "微信用户" does not replace a nickname.
#[utoipa::path(
    post, path = "/v1/me/profile", tag = "user", operation_id = "refreshProfile",
    security(("bearer" = [])),
    request_body(content = OpenDataRequest, examples(
        ("signed" = (summary = "With a signature", value = json!(examples::signed_data()))),
        ("unsigned" = (summary = "Without", value = json!(examples::unsigned_data()))))),
    responses(
        (status = 200, description = "The refreshed user", body = UserBody,
            examples(("user" = (value = json!(examples::user()))))),
        RefreshProblems))]
async fn refresh(
    State(api): State<Arc<Api>>,
    Authenticated(caller): Authenticated,
    Client(client): Client,
    Json(request): Json<OpenDataRequest>,
) -> Result<JsonResponse<UserBody>, Problem> {
    let CollectedData { payload, signed } = request.read()?;
    let command = RefreshProfileCommand { caller, payload, signed, client };
    let Refreshed { user, .. } = metered::refresh_profile(&api, command).await?;
    Ok(JsonResponse(StatusCode::OK, user.into()))
}

impl From<GetUserError> for Problem {
    fn from(error: GetUserError) -> Self {
        match error {
            GetUserError::NotRegistered => ProblemCode::NotRegistered.into(),
            GetUserError::Session(error) => error.into(),
            GetUserError::Store(error) => error.into(),
        }
    }
}

impl From<ChangeProfileError> for Problem {
    fn from(error: ChangeProfileError) -> Self {
        match error {
            ChangeProfileError::NotRegistered => ProblemCode::NotRegistered.into(),
            ChangeProfileError::Session(error) => error.into(),
            ChangeProfileError::Store(error) => error.into(),
        }
    }
}

impl From<RefreshProfileError> for Problem {
    fn from(error: RefreshProfileError) -> Self {
        match error {
            RefreshProfileError::NotRegistered => ProblemCode::NotRegistered.into(),
            RefreshProfileError::SignatureMismatch => ProblemCode::SignatureMismatch.into(),
            RefreshProfileError::Undecryptable(fault) => fault.into(),
            RefreshProfileError::NotFresh => ProblemCode::StaleData.into(),
            RefreshProfileError::NotUserInfo => ProblemCode::NotUserInfo.into(),
            RefreshProfileError::Session(error) => error.into(),
            RefreshProfileError::KeyLost(error) => key_lost(error),
            RefreshProfileError::Store(error) => error.into(),
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
            GetUserError::NotRegistered,
            GetUserError::Session(AuthenticateError::UserBlocked),
            GetUserError::Store(store_error()),
        ]);
        assert_recovery([
            ChangeProfileError::NotRegistered,
            ChangeProfileError::Session(AuthenticateError::Unknown),
            ChangeProfileError::Store(store_error()),
        ]);
        assert_recovery([
            RefreshProfileError::NotRegistered,
            RefreshProfileError::SignatureMismatch,
            RefreshProfileError::Undecryptable(OpenDataFault::BadPadding),
            RefreshProfileError::NotFresh,
            RefreshProfileError::NotUserInfo,
            RefreshProfileError::Session(AuthenticateError::Unknown),
            RefreshProfileError::KeyLost(SealError::UnknownMasterKey),
            RefreshProfileError::Store(store_error()),
        ]);
    }
}
