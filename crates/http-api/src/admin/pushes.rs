//! What WeChat pushed.

use std::sync::Arc;

use axum::extract::State;
use domain::{
    ids::PushId,
    localized::Localized,
    people::mask,
    push::{Push, PushFilter, PushState},
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{api::AdminApi, operator::Looking};
use crate::{
    dto::{JsonResponse, Moment, Page},
    extract::{FieldErrors, FieldValue, Query},
    problem::{Problem, problems},
};

pub(super) fn routes() -> OpenApiRouter<Arc<AdminApi>> {
    OpenApiRouter::new().routes(routes!(list))
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
    /// `applied` (what it says was done), `kept` (it does not say whom it is about, or when it was made) or `waiting`
    /// (it is for a back end).
    state: &'static str,
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
        }
    }
}

/// Which messages.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PushesQuery {
    /// Only those in this state: `applied`, `kept` or `waiting`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    state: FieldValue,
    /// The `next` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    after: FieldValue,
}

const UNKNOWN_STATE: Localized =
    Localized::fixed("must be applied, kept or waiting", "必须是 applied、kept 或 waiting");

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
