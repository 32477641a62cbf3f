use std::time::Duration;

use async_trait::async_trait;

use super::{
    Delivery, DeliveryId, DeliveryState, NewDelivery, OrderingKey, WebhookEndpoint, WebhookFault,
    WebhookName, WebhookOutcome, WebhookResponse,
};
use crate::{event::Event, ids::EventId, store_error::StoreError, time::Timestamp};

/// What a webhook is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookMessage<'a> {
    /// That something happened.
    Event {
        /// The number of the delivery.
        number: DeliveryId,
        /// What happened.
        event: &'a Event,
    },
    /// Nothing: whoever runs the server wants to know whether it arrives.
    Test {
        /// The id of the message.
        id: EventId,
        /// When it was made.
        at: Timestamp,
    },
}

/// Tells webhooks of events.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait EventSender: Send + Sync {
    /// Posts a message, signed by Standard Webhooks, and returns the whole answer if it is there within `limit`.
    async fn send<'a>(
        &self,
        endpoint: &WebhookEndpoint,
        message: &WebhookMessage<'a>,
        limit: Duration,
    ) -> Result<WebhookResponse, WebhookFault>;
}

/// What became of a delivery that was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryUpdate {
    /// Which.
    pub id: DeliveryId,
    /// How often it was sent since it began to wait.
    pub tries: u32,
    /// When it was sent first since it began to wait.
    pub first_tried_at: Option<Timestamp>,
    /// When it is sent next; `None` where it is not.
    pub next_try_at: Option<Timestamp>,
    /// How the last try ended.
    pub outcome: Option<WebhookOutcome>,
}

impl DeliveryUpdate {
    /// An update of `delivery` that leaves it as it is.
    pub(super) const fn of(delivery: &Delivery) -> Self {
        let Delivery { id, tries, first_tried_at, next_try_at, outcome, .. } = *delivery;
        Self { id, tries, first_tried_at, next_try_at, outcome }
    }

    /// What became of it.
    pub const fn state(&self) -> DeliveryState {
        DeliveryState::of(self.next_try_at)
    }
}

/// A change to the deliveries on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryChange {
    /// Adds a delivery, with the next number.
    Add(NewDelivery),
    /// Writes what became of a delivery. Conflicts where it is not on record.
    Update(DeliveryUpdate),
    /// Lets the deliveries to a webhook that wait with this key be due at this moment.
    Schedule {
        /// To whom.
        webhook: WebhookName,
        /// Which.
        ordering_key: OrderingKey,
        /// When.
        at: Timestamp,
    },
    /// Removes a delivery that was taken, if it is there.
    Remove(DeliveryId),
}

/// Which deliveries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// Those to this webhook; `None` for all.
    pub webhook: Option<WebhookName>,
    /// Those in this state; `None` for all.
    pub state: Option<DeliveryState>,
}

/// The deliveries on record.
#[async_trait]
pub trait Deliveries: Send + Sync {
    /// The delivery with this number.
    async fn get(&self, id: DeliveryId) -> Result<Option<Delivery>, StoreError>;

    /// The latest deliveries of `filter` whose numbers are below `before`, newest first, at most `limit`.
    async fn latest(
        &self,
        filter: &DeliveryFilter,
        before: Option<DeliveryId>,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError>;

    /// The first waiting delivery of each ordering key that has one which is due by now, whether it is due itself or
    /// not: of at most `limit` keys, those that are due the longest. There may be fewer where some keys have very many.
    async fn next(
        &self,
        webhook: &WebhookName,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError>;

    /// How many deliveries to a webhook are in a state: `most` where there are more.
    async fn count(&self, webhook: &WebhookName, state: DeliveryState, most: u32) -> Result<u64, StoreError>;

    /// Removes up to `limit` of the deliveries whose events have the lowest ids, of those that were minted before
    /// `before`, and returns how many were removed.
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
