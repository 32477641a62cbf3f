use domain::{
    event::Event,
    time::Timestamp,
    webhook::{
        Delivery, DeliveryId, DeliveryState, DeliveryUpdate, NewDelivery, OrderingKey, WebhookOutcome,
    },
};
use sea_orm::{NotSet, Set, entity::prelude::*};

use crate::{
    inconsistency::{Inconsistency, Row},
    tables::Relation,
};

const TABLE: &str = "webhook_deliveries";

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_deliveries")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) webhook: String,
    pub(crate) event_id: Uuid,
    pub(crate) ordering_key: Uuid,
    /// What `next_try_at` says, for an index.
    pub(crate) state: String,
    pub(crate) tries: u32,
    pub(crate) first_tried_at: Option<i64>,
    pub(crate) next_try_at: Option<i64>,
    pub(crate) outcome: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The delivery of this row, which is one of `event`.
    pub(super) fn of(self, event: Event) -> Result<Delivery, Inconsistency> {
        let row = Row::new(TABLE, self.id);
        Ok(Delivery {
            id: DeliveryId::new(row.check("id", u64::try_from(self.id))?),
            webhook: row.parse("webhook", self.webhook)?,
            event,
            ordering_key: OrderingKey::new(self.ordering_key),
            tries: self.tries,
            first_tried_at: self.first_tried_at.map(Timestamp::from_millis),
            next_try_at: self.next_try_at.map(Timestamp::from_millis),
            outcome: self
                .outcome
                .map(|name| row.check("outcome", WebhookOutcome::read(&name)))
                .transpose()?,
        })
    }
}

impl From<&NewDelivery> for ActiveModel {
    fn from(delivery: &NewDelivery) -> Self {
        Self {
            id: NotSet,
            webhook: Set(delivery.webhook.to_string()),
            event_id: Set(delivery.event.as_uuid()),
            ordering_key: Set(delivery.ordering_key.as_uuid()),
            state: Set(DeliveryState::Waiting.as_str().to_owned()),
            tries: Set(0),
            first_tried_at: Set(None),
            next_try_at: Set(Some(delivery.at.as_millis())),
            outcome: Set(None),
        }
    }
}

impl From<&DeliveryUpdate> for ActiveModel {
    fn from(update: &DeliveryUpdate) -> Self {
        Self {
            state: Set(update.state().as_str().to_owned()),
            tries: Set(update.tries),
            first_tried_at: Set(update.first_tried_at.map(Timestamp::as_millis)),
            next_try_at: Set(update.next_try_at.map(Timestamp::as_millis)),
            outcome: Set(update.outcome.map(WebhookOutcome::name)),
            ..Default::default()
        }
    }
}
