//! What operators do to an account.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    account::{AccountCommand, AccountError},
    export::{ExportCommand, ExportError},
    ids::UserId,
    localized::Localized,
};
use http::{StatusCode, header};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{api::AdminApi, operator::Changing, people::user_id};
use crate::{
    account::ErasureBody,
    dto::JsonResponse,
    export::ExportBody,
    extract::{Client, FieldErrors, FieldValue, Json, PathText},
    problem::{Problem, ProblemCode, problems},
};

pub(super) fn routes() -> OpenApiRouter<Arc<AdminApi>> {
    OpenApiRouter::new()
        .routes(routes!(block))
        .routes(routes!(unblock))
        .routes(routes!(log_out))
        .routes(routes!(erase))
        .routes(routes!(export))
}

problems!(AccountProblems: OPERATOR + ViewerOnly + InvalidField + NoSuchUser + UserErased);

/// Who wants what to happen to whose account.
fn command(
    api: &AdminApi,
    operator: Changing,
    client: domain::client::ClientInfo,
    id: String,
) -> Result<AccountCommand, Problem> {
    Ok(AccountCommand { user: user_id(id)?, by: operator.actor(), origin: api.origin(client) })
}

/// Block a user
///
/// Ends the user's sessions, and refuses logins until the block is lifted.
#[utoipa::path(
    post, path = "/admin/v1/users/{id}/block", tag = "people", operation_id = "blockUser",
    params(("id" = String, Path, description = "The user's id.", example = "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31")),
    security(("operator" = [])),
    responses((status = 204, description = "Blocked"), AccountProblems))]
async fn block(
    State(api): State<Arc<AdminApi>>,
    operator: Changing,
    Client(client): Client,
    PathText(id): PathText,
) -> Result<StatusCode, Problem> {
    api.block.execute(&command(&api, operator, client, id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Unblock a user
///
/// Lets the user log in again.
#[utoipa::path(
    post, path = "/admin/v1/users/{id}/unblock", tag = "people", operation_id = "unblockUser",
    params(("id" = String, Path, description = "The user's id.", example = "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31")),
    security(("operator" = [])),
    responses((status = 204, description = "Not blocked"), AccountProblems))]
async fn unblock(
    State(api): State<Arc<AdminApi>>,
    operator: Changing,
    Client(client): Client,
    PathText(id): PathText,
) -> Result<StatusCode, Problem> {
    api.unblock.execute(&command(&api, operator, client, id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Log a user out
///
/// Ends all sessions of the user, who may log in again at once.
#[utoipa::path(
    post, path = "/admin/v1/users/{id}/log-out", tag = "people", operation_id = "logUserOut",
    params(("id" = String, Path, description = "The user's id.", example = "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31")),
    security(("operator" = [])),
    responses((status = 204, description = "Logged out"), AccountProblems))]
async fn log_out(
    State(api): State<Arc<AdminApi>>,
    operator: Changing,
    Client(client): Client,
    PathText(id): PathText,
) -> Result<StatusCode, Problem> {
    api.log_out.execute(&command(&api, operator, client, id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// That an erasure is meant.
#[derive(Deserialize, ToSchema)]
pub(super) struct EraseRequest {
    /// The user's id again: an erasure cannot be undone.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    confirm: FieldValue,
}

impl EraseRequest {
    fn check(self, user: UserId) -> Result<(), Problem> {
        let mut errors = FieldErrors::default();
        let confirmed = errors.required_text("confirm", self.confirm, |text| {
            let is_same = text.parse().is_ok_and(|confirmed: UserId| confirmed == user);
            if is_same { Ok(()) } else { Err(NOT_CONFIRMED.clone()) }
        });
        Ok(confirmed.ok_or(errors)?)
    }
}

const NOT_CONFIRMED: Localized =
    Localized::fixed("must be the user's id: an erasure cannot be undone", "必须是该用户的 id：注销无法撤销");

problems!(EraseProblems: OPERATOR BODY + ViewerOnly + NoSuchUser + UserErased);

/// Erase a user
///
/// Erases for good what is on record of the user. The response is the proof; events stay without what names the
/// user.
#[utoipa::path(
    post, path = "/admin/v1/users/{id}/erase", tag = "people", operation_id = "eraseUser",
    params(("id" = String, Path, description = "The user's id.", example = "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31")),
    security(("operator" = [])),
    request_body(content = EraseRequest, examples(("request" = (value = json!({ "confirm": "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31" }))))),
    responses((status = 200, description = "Erased", body = ErasureBody), EraseProblems))]
async fn erase(
    State(api): State<Arc<AdminApi>>,
    operator: Changing,
    Client(client): Client,
    PathText(id): PathText,
    Json(request): Json<EraseRequest>,
) -> Result<JsonResponse<ErasureBody>, Problem> {
    let command = command(&api, operator, client, id)?;
    request.check(command.user)?;
    Ok(JsonResponse(StatusCode::OK, api.erase.execute(&command).await?.into()))
}

problems!(ExportProblems: OPERATOR + ViewerOnly + InvalidField + NoSuchUser + KeyUnavailable);

/// Export a user
///
/// All that is on record of the user, but for secrets, as one JSON file. That it was exported is an event.
#[utoipa::path(
    post, path = "/admin/v1/users/{id}/export", tag = "people", operation_id = "exportUser",
    params(("id" = String, Path, description = "The user's id.", example = "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31")),
    security(("operator" = [])),
    responses((status = 200, description = "The file", body = ExportBody), ExportProblems))]
async fn export(
    State(api): State<Arc<AdminApi>>,
    operator: Changing,
    Client(client): Client,
    PathText(id): PathText,
) -> Result<Response, Problem> {
    let user = user_id(id)?;
    let command = ExportCommand { user, by: operator.actor(), origin: api.origin(client) };
    let body = JsonResponse(StatusCode::OK, ExportBody::from(api.export.execute(&command).await?));
    let disposition = format!("attachment; filename=\"{user}.json\"");
    Ok(([(header::CONTENT_DISPOSITION, disposition)], body).into_response())
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::NotFound => ProblemCode::NoSuchUser.into(),
            AccountError::Erased => ProblemCode::UserErased.into(),
            AccountError::Store(error) => error.into(),
        }
    }
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::NotFound => ProblemCode::NoSuchUser.into(),
            ExportError::Seal(error) => error.into(),
            ExportError::Store(error) => error.into(),
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
        assert_recovery([AccountError::NotFound, AccountError::Erased, AccountError::Store(store_error())]);
        assert_recovery([
            ExportError::NotFound,
            ExportError::Seal(SealError::Broken),
            ExportError::Store(store_error()),
        ]);
    }
}
