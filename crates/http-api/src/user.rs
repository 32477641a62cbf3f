//! `/service/v1/users`: users, for the team's back ends.

use std::sync::Arc;

use axum::extract::State;
use domain::{
    app::AppId,
    identity::Identity,
    ids::{IdentityId, OpenId},
    user::{FindUserCommand, FindUserError, FoundUser, UserReference, UserStatus},
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    dto::{JsonResponse, Moment, UserBody},
    examples,
    extract::{AuthenticatedService, FieldErrors, FieldValue, PathText, Query},
    phone::PhoneBody,
    problem::{Problem, ProblemCode, problems},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(find)).routes(routes!(find_by_openid))
}

/// A user, as a service sees them.
#[derive(Serialize, ToSchema)]
pub(crate) struct FoundUserAnswer {
    /// Whether the user may sign in.
    status: UserStatusBody,
    /// The user.
    user: UserBody,
    /// Who the user is at WeChat, at the apps that the service may ask about.
    identities: Vec<IdentityBody>,
    /// The phone number, if the user has given one.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<PhoneBody>,
}

/// Whether a user may sign in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = UserStatus)]
pub(crate) enum UserStatusBody {
    /// The user may.
    Active,
    /// An operator blocked the user.
    Blocked,
    /// The user's data was erased.
    Erased,
}

impl From<UserStatus> for UserStatusBody {
    fn from(status: UserStatus) -> Self {
        match status {
            UserStatus::Active => Self::Active,
            UserStatus::Blocked => Self::Blocked,
            UserStatus::Erased => Self::Erased,
        }
    }
}

/// A user at one app.
#[derive(Serialize, ToSchema)]
#[schema(as = Identity)]
pub(crate) struct IdentityBody {
    /// The app's id.
    app_id: String,
    /// The user's openid at the app.
    openid: String,
    /// The user's unionid, where WeChat says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    unionid: Option<String>,
    /// When the user was seen there first.
    first_seen_at: Moment,
    /// When the user last logged in there.
    last_seen_at: Moment,
}

impl From<Identity> for IdentityBody {
    fn from(identity: Identity) -> Self {
        Self {
            app_id: identity.id.app_id.to_string(),
            openid: identity.id.openid.to_string(),
            unionid: identity.unionid.map(|unionid| unionid.to_string()),
            first_seen_at: Moment(identity.first_seen_at),
            last_seen_at: Moment(identity.last_seen_at),
        }
    }
}

impl From<FoundUser> for FoundUserAnswer {
    fn from(found: FoundUser) -> Self {
        Self {
            status: found.user.status.into(),
            user: found.user.into(),
            identities: found.identities.into_iter().map(IdentityBody::from).collect(),
            phone: found.phone.map(PhoneBody::from),
        }
    }
}

problems!(FindProblems: SERVICE + InvalidField + MissingField + NoSuchUser + KeyUnavailable);

/// Find a user
///
/// A user with identities and phone number, for the scope `users`. One who was blocked or erased is found, too:
/// `status` says so.
#[utoipa::path(
    get, path = "/service/v1/users/{id}", tag = "services", operation_id = "getUserById",
    params(("id" = String, Path, description = "The user's id.", example = "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31")),
    security(("service" = [])),
    responses(
        (status = 200, description = "The user with this id", body = FoundUserAnswer,
            examples(("user" = (value = json!(examples::found_user()))))),
        FindProblems))]
async fn find(
    State(api): State<Arc<Api>>,
    AuthenticatedService(service): AuthenticatedService,
    PathText(id): PathText,
) -> Result<JsonResponse<FoundUserAnswer>, Problem> {
    let mut errors = FieldErrors::default();
    let id = errors.required("id", FieldValue::Text(id)).ok_or(errors)?;
    let found = api.find_user.execute(FindUserCommand { service, user: UserReference::Id(id) }).await?;
    Ok(JsonResponse(StatusCode::OK, found.into()))
}

/// Who a user is at one app.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OpenidQuery {
    /// The app's id.
    #[serde(default)]
    #[param(value_type = String, required = true, example = json!(examples::APP_ID))]
    app_id: FieldValue,
    /// The user's openid at the app.
    #[serde(default)]
    #[param(value_type = String, required = true, example = "oX9bq4rVfXc1Jt2mYyZ0aBcDeFgH")]
    openid: FieldValue,
}

impl OpenidQuery {
    fn read(self) -> Result<IdentityId, Problem> {
        let mut errors = FieldErrors::default();
        let app_id: Option<AppId> = errors.required("app_id", self.app_id);
        let openid: Option<OpenId> = errors.required("openid", self.openid);
        match (app_id, openid) {
            (Some(app_id), Some(openid)) => Ok(IdentityId { app_id, openid }),
            (_, _) => Err(errors.into()),
        }
    }
}

/// Find a user by openid
///
/// The user whom WeChat knows by this openid, for the scope `users`.
#[utoipa::path(
    get, path = "/service/v1/users", tag = "services", operation_id = "getUserByOpenid",
    params(OpenidQuery),
    security(("service" = [])),
    responses(
        (status = 200, description = "The user with this openid", body = FoundUserAnswer,
            examples(("user" = (value = json!(examples::found_user()))))),
        FindProblems))]
async fn find_by_openid(
    State(api): State<Arc<Api>>,
    AuthenticatedService(service): AuthenticatedService,
    Query(query): Query<OpenidQuery>,
) -> Result<JsonResponse<FoundUserAnswer>, Problem> {
    let user = UserReference::Identity(query.read()?);
    let found = api.find_user.execute(FindUserCommand { service, user }).await?;
    Ok(JsonResponse(StatusCode::OK, found.into()))
}

impl From<FindUserError> for Problem {
    fn from(error: FindUserError) -> Self {
        match error {
            FindUserError::Service(error) => error.into(),
            FindUserError::NotFound => ProblemCode::NoSuchUser.into(),
            FindUserError::Seal(error) => error.into(),
            FindUserError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{sealing::SealError, service::ServiceError};

    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        assert_recovery([
            FindUserError::Service(ServiceError::OtherApp),
            FindUserError::NotFound,
            FindUserError::Seal(SealError::Broken),
            FindUserError::Store(store_error()),
        ]);
    }
}
