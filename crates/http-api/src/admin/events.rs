//! What happened.

use std::sync::Arc;

use axum::extract::State;
use domain::{
    event::{EventFilter, EventKind},
    ids::EventId,
    localized::Localized,
};
use http::StatusCode;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{api::AdminApi, operator::Looking};
use crate::{
    dto::{JsonResponse, Page},
    extract::{FieldErrors, FieldValue, Query},
    people::EventBody,
    problem::{Problem, problems},
};

pub(super) fn routes() -> OpenApiRouter<Arc<AdminApi>> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Which events.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EventsQuery {
    /// Only those of this kind, such as `user_blocked`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    kind: FieldValue,
    /// Only those about this user, by id. Not together with `kind`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    user: FieldValue,
    /// The `next` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    after: FieldValue,
}

const UNKNOWN_KIND: Localized = Localized::fixed("is not a kind of event", "不是事件的种类");
const TWO_FILTERS: Localized = Localized::fixed("cannot stand beside kind", "不能与 kind 同时使用");

impl EventsQuery {
    fn read(self) -> Result<(EventFilter, Option<EventId>), Problem> {
        let mut errors = FieldErrors::default();
        let after = errors.optional("after", self.after);
        let filter = if self.kind.is_empty() {
            errors.optional("user", self.user).map_or(EventFilter::All, EventFilter::User)
        } else {
            errors.no_text("user", self.user, &TWO_FILTERS);
            let kind = errors.required_text("kind", self.kind, |text| {
                EventKind::ALL.iter().copied().find(|kind| kind.as_str() == text).ok_or(UNKNOWN_KIND)
            });
            kind.map_or(EventFilter::All, EventFilter::Kind)
        };
        if errors.is_empty() { Ok((filter, after)) } else { Err(errors.into()) }
    }
}

problems!(EventsProblems: OPERATOR + InvalidField);

/// List events
///
/// What happened, the latest first, fifty a page. Openids are masked.
#[utoipa::path(
    get, path = "/admin/v1/events", tag = "events", operation_id = "listEvents",
    params(EventsQuery),
    security(("operator" = [])),
    responses((status = 200, description = "A page of events", body = Page<EventBody>), EventsProblems))]
async fn list(
    State(api): State<Arc<AdminApi>>,
    Looking(_): Looking,
    Query(query): Query<EventsQuery>,
) -> Result<JsonResponse<Page<EventBody>>, Problem> {
    let (filter, before) = query.read()?;
    let events = api.store.events().latest(&filter, before, Page::<EventBody>::SIZE).await?;
    Ok(JsonResponse(StatusCode::OK, Page::of(events, |event| event.id.to_string())))
}
