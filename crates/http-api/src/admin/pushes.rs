//! What WeChat pushed.

use std::sync::Arc;

use axum::extract::State;
use domain::{
    ids::PushId,
    localized::Localized,
    people::mask,
    push::{Push, PushCommand, PushContent, PushFilter, PushState, RedeliverPushError, ShowPushError},
    webhook::WebhookOutcome,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    api::AdminApi,
    operator::{Changing, Looking},
};
use crate::{
    dto::{JsonResponse, Moment, Page},
    extract::{Client, FieldErrors, FieldValue, PathText, Query},
    problem::{Problem, ProblemCode, problems},
};

pub(super) fn routes() -> OpenApiRouter<Arc<AdminApi>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(redeliver))
}

/// A message in the inbox, without its content.
#[derive(Serialize, ToSchema)]
pub struct PushBody {
    id: Uuid,
    /// When it arrived first.
    at: Moment,
    /// The event, or the type of the message.
    event: String,
    app_id: String,
    /// Whom it is about, masked. Absent where it names nobody, and once the person was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    openid: Option<String>,
    /// `applied` (what it says was done), `kept` (it does not say whom it is about, or when it was made), `waiting`
    /// (it is for a back end, which has not dealt with it yet), `delivered` (a back end has) or `undelivered` (it was
    /// tried for a day, in vain).
    state: &'static str,
    /// How often it was sent to a back end.
    tries: u32,
    /// When it is sent next. Absent where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_try_at: Option<Moment>,
    /// How the last try ended: the status of the answer, or why there was none (`not_connected`, `private_address`,
    /// `timed_out`, `connection_lost`, `unreadable`, `busy`). Absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
}

impl From<Push> for PushBody {
    fn from(push: Push) -> Self {
        Self {
            id: push.id.as_uuid(),
            at: Moment(push.received_at),
            event: push.event.to_string(),
            app_id: push.app_id.to_string(),
            openid: push.openid.map(|openid| mask(openid.as_str())),
            state: push.state.as_str(),
            tries: push.tries,
            next_try_at: push.next_try_at.map(Moment),
            outcome: push.outcome.map(WebhookOutcome::name),
        }
    }
}

/// A message in the inbox, with its content.
#[derive(Serialize, ToSchema)]
pub struct PushDetailsBody {
    #[serde(flatten)]
    push: PushBody,
    /// The message, with WeChat's own fields. Absent once the person was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    message: Option<Box<RawValue>>,
    /// What a back end answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
}

impl From<(Push, Option<PushContent>)> for PushDetailsBody {
    fn from((push, content): (Push, Option<PushContent>)) -> Self {
        let (message, answer) = content.map(|content| (content.message, content.answer)).unzip();
        Self {
            push: push.into(),
            message: message.and_then(|json| RawValue::from_string(json).ok()),
            answer: answer.flatten(),
        }
    }
}

/// Which messages.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PushesQuery {
    /// Only those in this state: `applied`, `kept`, `waiting`, `delivered` or `undelivered`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    state: FieldValue,
    /// The `next` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    after: FieldValue,
}

const UNKNOWN_STATE: Localized = Localized::fixed(
    "must be applied, kept, waiting, delivered or undelivered",
    "必须是 applied、kept、waiting、delivered 或 undelivered",
);

impl PushesQuery {
    fn read(self) -> Result<(PushFilter, Option<PushId>), Problem> {
        let mut errors = FieldErrors::default();
        let after = errors.optional("after", self.after);
        let filter = if self.state.is_empty() {
            Some(PushFilter::All)
        } else {
            let state = errors.required_text("state", self.state, |text| {
                PushState::ALL.iter().copied().find(|state| state.as_str() == text).ok_or(UNKNOWN_STATE)
            });
            state.map(PushFilter::State)
        };
        filter.filter(|_| errors.is_empty()).map(|filter| (filter, after)).ok_or_else(|| errors.into())
    }
}

problems!(PushesProblems: OPERATOR + InvalidField);

/// List pushes
///
/// What WeChat pushed, the latest first, fifty a page. Openids are masked, and contents are not shown.
#[utoipa::path(
    get, path = "/admin/v1/pushes", tag = "pushes", operation_id = "listPushes",
    params(PushesQuery),
    security(("operator" = [])),
    responses((status = 200, description = "A page of messages", body = Page<PushBody>), PushesProblems))]
async fn list(
    State(api): State<Arc<AdminApi>>,
    Looking(_): Looking,
    Query(query): Query<PushesQuery>,
) -> Result<JsonResponse<Page<PushBody>>, Problem> {
    let (filter, before) = query.read()?;
    let pushes = api.store.pushes().latest(&filter, before, Page::<PushBody>::SIZE).await?;
    Ok(JsonResponse(StatusCode::OK, Page::of(pushes, |push| push.id.to_string())))
}

problems!(ShowPushProblems: OPERATOR + ViewerOnly + InvalidField + NoSuchPush + KeyUnavailable);
problems!(RedeliverPushProblems: OPERATOR + ViewerOnly + InvalidField + NoSuchPush + PushNotForBackEnd);

/// Who wants something with which message.
fn command(
    api: &AdminApi,
    operator: Changing,
    client: domain::client::ClientInfo,
    id: String,
) -> Result<PushCommand, Problem> {
    let mut errors = FieldErrors::default();
    let id = errors.required("id", FieldValue::Text(id)).ok_or(errors)?;
    Ok(PushCommand { id, by: operator.actor(), origin: api.origin(client) })
}

/// Show a push
///
/// A message whole, and what a back end answered. That an operator has read it is an event.
#[utoipa::path(
    post, path = "/admin/v1/pushes/{id}/show", tag = "pushes", operation_id = "showPush",
    params(("id" = String, Path, description = "The message's id.", example = "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31")),
    security(("operator" = [])),
    responses((status = 200, description = "The message", body = PushDetailsBody), ShowPushProblems))]
async fn show(
    State(api): State<Arc<AdminApi>>,
    operator: Changing,
    Client(client): Client,
    PathText(id): PathText,
) -> Result<JsonResponse<PushDetailsBody>, Problem> {
    let shown = api.show_push.execute(&command(&api, operator, client, id)?).await?;
    Ok(JsonResponse(StatusCode::OK, shown.into()))
}

/// Send a push again
///
/// A running instance sends the message to the back end of its app within a second or two, whatever became of it before.
#[utoipa::path(
    post, path = "/admin/v1/pushes/{id}/redeliver", tag = "pushes", operation_id = "redeliverPush",
    params(("id" = String, Path, description = "The message's id.", example = "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31")),
    security(("operator" = [])),
    responses((status = 202, description = "The message, as it waits", body = PushBody), RedeliverPushProblems))]
async fn redeliver(
    State(api): State<Arc<AdminApi>>,
    operator: Changing,
    Client(client): Client,
    PathText(id): PathText,
) -> Result<JsonResponse<PushBody>, Problem> {
    let push = api.redeliver_push.execute(&command(&api, operator, client, id)?).await?;
    Ok(JsonResponse(StatusCode::ACCEPTED, push.into()))
}

impl From<ShowPushError> for Problem {
    fn from(error: ShowPushError) -> Self {
        match error {
            ShowPushError::NotFound => ProblemCode::NoSuchPush.into(),
            ShowPushError::Seal(error) => error.into(),
            ShowPushError::Store(error) => error.into(),
        }
    }
}

impl From<RedeliverPushError> for Problem {
    fn from(error: RedeliverPushError) -> Self {
        match error {
            RedeliverPushError::NotFound => ProblemCode::NoSuchPush.into(),
            RedeliverPushError::NotForBackEnd => ProblemCode::PushNotForBackEnd.into(),
            RedeliverPushError::Store(error) => error.into(),
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
        assert_recovery([
            ShowPushError::NotFound,
            ShowPushError::Seal(SealError::Broken),
            ShowPushError::Store(store_error()),
        ]);
        assert_recovery([
            RedeliverPushError::NotFound,
            RedeliverPushError::NotForBackEnd,
            RedeliverPushError::Store(store_error()),
        ]);
    }
}
