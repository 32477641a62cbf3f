use std::sync::Arc;

use futures::future::join_all;

use super::{
    Delivery, DeliveryChange, DeliveryUpdate, EventSender, Webhook, WebhookMessage, WebhookOutcome,
    WebhookResponse, back_off,
};
use crate::{
    lease::{HELD_FOR, InstanceId, LeaseHolder, LeaseName},
    store::{Changes, Committed, Store},
    store_error::StoreError,
    time::{Clock, Timestamp},
};

/// How many deliveries are sent at the same time.
const BATCH: u32 = 32;

/// What delivering events needs of the world.
#[derive(Clone)]
pub struct DeliverEventsPorts {
    /// Where the deliveries are.
    pub store: Arc<dyn Store>,
    /// Sends them.
    pub sender: Arc<dyn EventSender>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The webhook took so many.
    pub taken: u64,
    /// So many will be sent again.
    pub failed: u64,
    /// So many were given up.
    pub undelivered: u64,
}

/// Tells a webhook of events, on one instance at a time.
///
/// A delivery is sent once those before it with the same ordering key were taken or given up. It may be sent twice where
/// an instance dies after the webhook has taken it.
pub struct DeliverEvents {
    ports: DeliverEventsPorts,
    webhook: Webhook,
    lease: LeaseHolder,
}

impl DeliverEvents {
    /// Delivers to `webhook` as `instance`.
    pub fn new(ports: DeliverEventsPorts, webhook: Webhook, instance: InstanceId) -> Self {
        let DeliverEventsPorts { store, clock, .. } = ports.clone();
        let lease = LeaseHolder::new(store, clock, LeaseName::Webhook(webhook.name.clone()), instance);
        Self { ports, webhook, lease }
    }

    /// The webhook that is told.
    pub const fn webhook(&self) -> &Webhook {
        &self.webhook
    }

    /// Sends a batch of what is due, if no other instance does.
    pub async fn execute(&mut self) -> Result<Delivered, StoreError> {
        if !self.lease.hold().await? {
            return Ok(Delivered::default());
        }
        let begun = self.ports.clock.now();
        let next = self.ports.store.deliveries().next(&self.webhook.name, begun, BATCH).await?;
        if next.is_empty() {
            return Ok(Delivered::default());
        }
        let ended = join_all(next.into_iter().map(|delivery| self.send(delivery, begun))).await;
        let changes: Changes = ended.iter().flat_map(Ended::changes).collect();
        match self.lease.commit(changes).await? {
            Committed::Done => Ok(Delivered::of(&ended)),
            // The instance that has the lease sends them again.
            Committed::Conflict => Ok(Delivered::default()),
        }
    }

    /// Lets another instance go on at once.
    pub async fn stop(mut self) -> Result<(), StoreError> {
        self.lease.release().await
    }

    /// Sends a delivery of a batch that began at this moment.
    async fn send(&self, delivery: Delivery, begun: Timestamp) -> Ended {
        if let Some(until) = delivery.next_try_at.filter(|next_try_at| *next_try_at > begun) {
            return Ended::TooEarly { delivery, until };
        }
        let limit = HELD_FOR.saturating_sub(self.ports.clock.now().distance(begun));
        let message = WebhookMessage::Event { number: delivery.id, event: &delivery.event };
        let result = self.ports.sender.send(&self.webhook.endpoint, &message, limit).await;
        if result.as_ref().is_ok_and(WebhookResponse::is_success) {
            return Ended::Taken(delivery);
        }
        let update = failed(&delivery, WebhookOutcome::from(&result), self.ports.clock.now());
        Ended::Failed { delivery, update }
    }
}

/// How the turn of a delivery ended.
enum Ended {
    /// It is not due, unlike others after it with the same key.
    TooEarly {
        delivery: Delivery,
        until: Timestamp,
    },
    Taken(Delivery),
    Failed {
        delivery: Delivery,
        update: DeliveryUpdate,
    },
}

impl Ended {
    fn changes(&self) -> Vec<DeliveryChange> {
        match self {
            Self::TooEarly { delivery, until } => vec![delivery.schedule_all(*until)],
            Self::Taken(delivery) => vec![DeliveryChange::Remove(delivery.id)],
            Self::Failed { delivery, update } => {
                // Those after it with the same key have to wait as long.
                let others = update.next_try_at.map(|until| delivery.schedule_all(until));
                [DeliveryChange::Update(*update)].into_iter().chain(others).collect()
            }
        }
    }
}

/// What a failed try changes.
fn failed(delivery: &Delivery, outcome: WebhookOutcome, now: Timestamp) -> DeliveryUpdate {
    let first_tried_at = delivery.first_tried_at.unwrap_or(now);
    let tries = delivery.tries.saturating_add(1);
    DeliveryUpdate {
        tries,
        first_tried_at: Some(first_tried_at),
        next_try_at: back_off(tries, now.distance(first_tried_at)).map(|delay| now.plus(delay)),
        outcome: Some(outcome),
        ..DeliveryUpdate::of(delivery)
    }
}

impl Delivered {
    fn of(ended: &[Ended]) -> Self {
        let mut delivered = Self::default();
        for ended in ended {
            match ended {
                Ended::TooEarly { .. } => {}
                Ended::Taken(_) => delivered.taken += 1,
                Ended::Failed { update: DeliveryUpdate { next_try_at: Some(_), .. }, .. } => {
                    delivered.failed += 1;
                }
                Ended::Failed { .. } => delivered.undelivered += 1,
            }
        }
        delivered
    }
}
