//! What webhooks are to be told of.

use std::sync::Arc;

use axum::extract::State;
use domain::{
    localized::Localized,
    webhook::{
        Delivery, DeliveryFilter, DeliveryId, DeliveryState, RedeliverEventCommand, RedeliverEventError,
        WebhookOutcome, WebhookOverview,
    },
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    api::AdminApi,
    operator::{Changing, Looking},
};
use crate::{
    dto::{JsonResponse, Moment, Page},
    extract::{Client, FieldErrors, FieldValue, PathText, Query},
    people::EventBody,
    problem::{Problem, ProblemCode, problems},
};

pub(super) fn routes() -> OpenApiRouter<Arc<AdminApi>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(deliveries)).routes(routes!(redeliver))
}

/// A webhook that is configured.
#[derive(Serialize, ToSchema)]
pub(super) struct WebhookBody {
    name: String,
    /// Where it listens, with the port if it is not the usual one. The rest of the address may contain secrets.
    host: String,
    /// The kinds of events that it is sent.
    events: Vec<String>,
    /// How many events wait to be sent to it; 1000 stands for more, too.
    waiting: u64,
    /// How many were tried for a day, in vain; 1000 stands for more, too.
    undelivered: u64,
}

impl From<WebhookOverview> for WebhookBody {
    fn from(overview: WebhookOverview) -> Self {
        let WebhookOverview { webhook, waiting, undelivered } = overview;
        Self {
            name: webhook.name.to_string(),
            host: webhook.endpoint.url.host().to_owned(),
            events: webhook.events.iter().map(|kind| kind.as_str().to_owned()).collect(),
            waiting,
            undelivered,
        }
    }
}

/// The webhooks that are configured.
#[derive(Serialize, ToSchema)]
struct WebhooksBody {
    webhooks: Vec<WebhookBody>,
}

/// An event that a webhook has not taken yet.
#[derive(Serialize, ToSchema)]
pub struct DeliveryBody {
    id: u64,
    /// The name of the webhook.
    webhook: String,
    /// `waiting` (it is sent once it is due) or `undelivered` (it was tried for a day, in vain).
    state: &'static str,
    event: EventBody,
    /// How often it was sent.
    tries: u32,
    /// When it is sent next. Absent where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_try_at: Option<Moment>,
    /// How the last try ended: the status of the answer, or why there was none (`not_connected`, `private_address`,
    /// `timed_out`, `connection_lost`, `unreadable`, `busy`). Absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
}

impl From<Delivery> for DeliveryBody {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id.number(),
            webhook: delivery.webhook.to_string(),
            state: delivery.state().as_str(),
            tries: delivery.tries,
            next_try_at: delivery.next_try_at.map(Moment),
            outcome: delivery.outcome.map(WebhookOutcome::name),
            event: delivery.event.into(),
        }
    }
}

problems!(WebhooksProblems: OPERATOR);

/// List webhooks
///
/// The webhooks that are configured, and how many events they have not taken.
#[utoipa::path(
    get, path = "/admin/v1/webhooks", tag = "webhooks", operation_id = "listWebhooks",
    security(("operator" = [])),
    responses((status = 200, description = "The webhooks", body = WebhooksBody), WebhooksProblems))]
async fn list(
    State(api): State<Arc<AdminApi>>,
    Looking(_): Looking,
) -> Result<JsonResponse<WebhooksBody>, Problem> {
    let webhooks = api.list_webhooks.execute().await?.into_iter().map(WebhookBody::from).collect();
    Ok(JsonResponse(StatusCode::OK, WebhooksBody { webhooks }))
}

/// Which deliveries.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DeliveriesQuery {
    /// Only those to the webhook with this name.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    webhook: FieldValue,
    /// Only those in this state: `waiting` or `undelivered`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    state: FieldValue,
    /// The `next` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    after: FieldValue,
}

const UNKNOWN_STATE: Localized =
    Localized::fixed("must be waiting or undelivered", "必须是 waiting 或 undelivered");

impl DeliveriesQuery {
    fn read(self) -> Result<(DeliveryFilter, Option<DeliveryId>), Problem> {
        let mut errors = FieldErrors::default();
        let after = errors.optional("after", self.after);
        let webhook = errors.optional("webhook", self.webhook);
        let state = if self.state.is_empty() {
            None
        } else {
            errors.required_text("state", self.state, |text| {
                let known = DeliveryState::ALL.iter().copied().find(|state| state.as_str() == text);
                known.ok_or(UNKNOWN_STATE)
            })
        };
        if errors.is_empty() { Ok((DeliveryFilter { webhook, state }, after)) } else { Err(errors.into()) }
    }
}

problems!(DeliveriesProblems: OPERATOR + InvalidField);

/// List deliveries
///
/// What webhooks have not taken yet, the latest first, fifty a page. Openids are masked. An event that a webhook has
/// taken is not listed.
#[utoipa::path(
    get, path = "/admin/v1/deliveries", tag = "webhooks", operation_id = "listDeliveries",
    params(DeliveriesQuery),
    security(("operator" = [])),
    responses((status = 200, description = "A page of deliveries", body = Page<DeliveryBody>), DeliveriesProblems))]
async fn deliveries(
    State(api): State<Arc<AdminApi>>,
    Looking(_): Looking,
    Query(query): Query<DeliveriesQuery>,
) -> Result<JsonResponse<Page<DeliveryBody>>, Problem> {
    let (filter, before) = query.read()?;
    let deliveries = api.store.deliveries().latest(&filter, before, Page::<DeliveryBody>::SIZE).await?;
    Ok(JsonResponse(StatusCode::OK, Page::of(deliveries, |delivery| delivery.id.to_string())))
}

problems!(RedeliverProblems: OPERATOR + ViewerOnly + InvalidField + NoSuchDelivery + WebhookNotConfigured);

/// Send an event again
///
/// A running instance sends the event to its webhook within a second or two, and tries for another day if need be.
#[utoipa::path(
    post, path = "/admin/v1/deliveries/{id}/redeliver", tag = "webhooks", operation_id = "redeliverDelivery",
    params(("id" = String, Path, description = "The delivery's id.", example = "12")),
    security(("operator" = [])),
    responses((status = 202, description = "The delivery, as it waits", body = DeliveryBody), RedeliverProblems))]
async fn redeliver(
    State(api): State<Arc<AdminApi>>,
    operator: Changing,
    Client(client): Client,
    PathText(id): PathText,
) -> Result<JsonResponse<DeliveryBody>, Problem> {
    let mut errors = FieldErrors::default();
    let id = errors.required("id", FieldValue::Text(id)).ok_or(errors)?;
    let command = RedeliverEventCommand { id, by: operator.actor(), origin: api.origin(client) };
    let delivery = api.redeliver_event.execute(&command).await?;
    Ok(JsonResponse(StatusCode::ACCEPTED, delivery.into()))
}

impl From<RedeliverEventError> for Problem {
    fn from(error: RedeliverEventError) -> Self {
        match error {
            RedeliverEventError::NotFound => ProblemCode::NoSuchDelivery.into(),
            RedeliverEventError::NotConfigured => ProblemCode::WebhookNotConfigured.into(),
            RedeliverEventError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        assert_recovery([
            RedeliverEventError::NotFound,
            RedeliverEventError::NotConfigured,
            RedeliverEventError::Store(store_error()),
        ]);
    }
}
