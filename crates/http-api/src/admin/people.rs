//! Finding and showing people.

use std::sync::Arc;

use axum::extract::State;
use domain::{
    event::Actor,
    ids::UserId,
    people::{PeopleQuery, SearchPeopleError, ShowPersonCommand, ShowPersonError, Shown},
};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    api::AdminApi,
    operator::{Changing, Looking},
};
use crate::{
    dto::{JsonResponse, Page},
    extract::{Client, FieldErrors, FieldValue, Json, PathText},
    people::{PersonBody, PersonDetailsBody},
    problem::{Problem, ProblemCode, problems},
};

pub(super) fn routes() -> OpenApiRouter<Arc<AdminApi>> {
    OpenApiRouter::new().routes(routes!(search)).routes(routes!(show)).routes(routes!(show_whole))
}

/// Whom an operator looks for.
#[derive(Deserialize, ToSchema)]
pub(super) struct SearchRequest {
    /// A user id, a phone number such as `13800138000` or `+85261234567`, an openid, a unionid, or the beginning of
    /// a nickname.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    text: FieldValue,
    /// The `next` of the page before.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    after: FieldValue,
}

impl SearchRequest {
    fn read(self) -> Result<(PeopleQuery, Option<UserId>), Problem> {
        let mut errors = FieldErrors::default();
        let text = errors.required_text("text", self.text, |text| {
            PeopleQuery::read(&text).ok_or_else(|| NOTHING_TO_FIND.clone())
        });
        let after = errors.optional("after", self.after);
        match text {
            Some(query) if errors.is_empty() => Ok((query, after)),
            Some(_) | None => Err(errors.into()),
        }
    }
}

const NOTHING_TO_FIND: domain::localized::Localized =
    domain::localized::Localized::fixed("says nothing to look for", "没有要查找的内容");

problems!(SearchProblems: OPERATOR BODY + PhoneUnavailable);

/// Find users
///
/// The users whom the text may mean: those whom an id or a number names, then those whose nickname begins like
/// that, fifty a page. The text is in the body because numbers do not belong in the logs of proxies.
#[utoipa::path(
    post, path = "/admin/v1/users/search", tag = "people", operation_id = "searchUsers",
    security(("operator" = [])),
    request_body(content = SearchRequest, examples(("request" = (value = json!({ "text": "13800138000" }))))),
    responses((status = 200, description = "A page of users", body = Page<PersonBody>), SearchProblems))]
async fn search(
    State(api): State<Arc<AdminApi>>,
    Looking(_): Looking,
    Json(request): Json<SearchRequest>,
) -> Result<JsonResponse<Page<PersonBody>>, Problem> {
    let (query, after) = request.read()?;
    let after = match after {
        Some(id) => api.store.users().find(id).await?,
        None => None,
    };
    let found = api.search.execute(&query, after.as_ref(), Page::<PersonBody>::SIZE).await?;
    Ok(JsonResponse(StatusCode::OK, Page::of(found, |user| user.id.to_string())))
}

problems!(ShowProblems: OPERATOR + InvalidField + NoSuchUser + KeyUnavailable);
problems!(ShowWholeProblems: OPERATOR + ViewerOnly + InvalidField + NoSuchUser + KeyUnavailable);

/// Show a user
///
/// Identities, phone number, up to a hundred sessions and the latest fifty events. Phone number, openids and unionids
/// are masked.
#[utoipa::path(
    get, path = "/admin/v1/users/{id}", tag = "people", operation_id = "showUser",
    params(("id" = String, Path, description = "The user's id.", example = "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31")),
    security(("operator" = [])),
    responses((status = 200, description = "The user", body = PersonDetailsBody), ShowProblems))]
async fn show(
    State(api): State<Arc<AdminApi>>,
    Looking(operator): Looking,
    Client(client): Client,
    PathText(id): PathText,
) -> Result<JsonResponse<PersonDetailsBody>, Problem> {
    let by = Actor::Operator(operator.name);
    let command =
        ShowPersonCommand { user: user_id(id)?, by, shown: Shown::Masked, origin: api.origin(client) };
    Ok(JsonResponse(StatusCode::OK, api.show.execute(&command).await?.into()))
}

/// Show a user whole
///
/// The same with phone number, openids and unionids whole. That an operator has seen them is an event.
#[utoipa::path(
    post, path = "/admin/v1/users/{id}/show-whole", tag = "people", operation_id = "showUserWhole",
    params(("id" = String, Path, description = "The user's id.", example = "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31")),
    security(("operator" = [])),
    responses((status = 200, description = "The user", body = PersonDetailsBody), ShowWholeProblems))]
async fn show_whole(
    State(api): State<Arc<AdminApi>>,
    operator: Changing,
    Client(client): Client,
    PathText(id): PathText,
) -> Result<JsonResponse<PersonDetailsBody>, Problem> {
    let by = operator.actor();
    let command =
        ShowPersonCommand { user: user_id(id)?, by, shown: Shown::Whole, origin: api.origin(client) };
    Ok(JsonResponse(StatusCode::OK, api.show.execute(&command).await?.into()))
}

/// The user whom the path names.
pub(super) fn user_id(id: String) -> Result<UserId, Problem> {
    let mut errors = FieldErrors::default();
    Ok(errors.required("id", FieldValue::Text(id)).ok_or(errors)?)
}

impl From<SearchPeopleError> for Problem {
    fn from(error: SearchPeopleError) -> Self {
        match error {
            SearchPeopleError::NoIndexKey => ProblemCode::PhoneUnavailable.into(),
            SearchPeopleError::Store(error) => error.into(),
        }
    }
}

impl From<ShowPersonError> for Problem {
    fn from(error: ShowPersonError) -> Self {
        match error {
            ShowPersonError::NotFound => ProblemCode::NoSuchUser.into(),
            ShowPersonError::Seal(error) => error.into(),
            ShowPersonError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::sealing::SealError;

    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        assert_recovery([SearchPeopleError::NoIndexKey, SearchPeopleError::Store(store_error())]);
        assert_recovery([
            ShowPersonError::NotFound,
            ShowPersonError::Seal(SealError::Broken),
            ShowPersonError::Store(store_error()),
        ]);
    }
}
