//! `/v1/me`: the user, and what they show of themselves.

use std::{collections::HashMap, sync::Arc};

use axum::extract::State;
use domain::{
    profile::{ChangeProfileCommand, RefreshProfileCommand, Refreshed},
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
    problem::{Problem, ProblemCode, problems},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(show, change, change_by_post)).routes(routes!(refresh))
}

problems!(ShowProblems: TOKEN + NotRegistered);
problems!(ChangeProblems: TOKEN BODY + UnknownField + NotRegistered);
problems!(RefreshProblems: TOKEN BODY OPEN_DATA + StaleData + NotRegistered);

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

/// What the user typed in. A field that is left out stays as it is; `null` empties it.
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
    /// WeChat's number: 0 not told, 1 male, 2 female.
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

/// A text field as it is to be: unchanged, emptied, or new.
fn emptied_by_null(sent: FieldValue) -> FieldValue {
    match sent {
        FieldValue::Null => FieldValue::Text(String::new()),
        FieldValue::Absent | FieldValue::Text(_) | FieldValue::Number(_) | FieldValue::Other(_) => sent,
    }
}

/// The gender as it is to be: unchanged, not told any more, or new.
fn untold_by_null(sent: FieldValue) -> FieldValue {
    match sent {
        FieldValue::Null => FieldValue::Number(0),
        FieldValue::Absent | FieldValue::Text(_) | FieldValue::Number(_) | FieldValue::Other(_) => sent,
    }
}

impl ProfileRequest {
    fn read(self) -> Result<ProfileChange, Problem> {
        // A misspelt field would otherwise be a change that silently does not happen.
        if let Some(field) = self.unknown.into_keys().min() {
            return Err(
                Problem::new(ProblemCode::UnknownField).with_field(field, "is not a field of this body")
            );
        }
        let mut errors = FieldErrors::default();
        let change = ProfileChange {
            nickname: errors.optional("nickname", emptied_by_null(self.nickname)),
            avatar_url: errors.optional("avatar_url", emptied_by_null(self.avatar_url)),
            gender: errors.optional_number("gender", &untold_by_null(self.gender)),
            language: errors.optional("language", emptied_by_null(self.language)),
            country: errors.optional("country", emptied_by_null(self.country)),
            province: errors.optional("province", emptied_by_null(self.province)),
            city: errors.optional("city", emptied_by_null(self.city)),
        };
        if errors.is_empty() { Ok(change) } else { Err(errors.into()) }
    }
}

/// Change the profile
///
/// Takes what the user typed in. A field that is left out stays as it is; `null` empties it.
#[utoipa::path(
    patch, path = "/v1/me", tag = "user", operation_id = "changeProfile",
    security(("bearer" = [])),
    request_body(content = ProfileRequest, examples(
        ("nickname" = (summary = "A new nickname; the city is emptied",
            value = json!({ "nickname": "阿明 🌱", "city": null }))))),
    responses(
        (status = 200, description = "The user with the change made", body = UserBody,
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
/// The same as `PATCH /v1/me`, for clients that cannot send a `PATCH`: `wx.request` knows no such method.
#[utoipa::path(
    post, path = "/v1/me", tag = "user", operation_id = "changeProfileByPost",
    security(("bearer" = [])),
    request_body(content = ProfileRequest, examples(
        ("nickname" = (summary = "A new nickname; the city is emptied",
            value = json!({ "nickname": "阿明 🌱", "city": null }))))),
    responses(
        (status = 200, description = "The user with the change made", body = UserBody,
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
/// Takes the profile from open data of `wx.getUserInfo`. What the data does not tell stays as it
/// was: open data is anonymous today, and "微信用户" does not replace a name that was typed in.
#[utoipa::path(
    post, path = "/v1/me/profile", tag = "user", operation_id = "refreshProfile",
    security(("bearer" = [])),
    request_body(content = OpenDataRequest, examples(
        ("signed" = (summary = "With a signature", value = json!(examples::signed_data()))),
        ("unsigned" = (summary = "Without", value = json!(examples::unsigned_data()))))),
    responses(
        (status = 200, description = "The user as they are now", body = UserBody,
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
