use std::sync::Arc;

use super::{Delivery, DeliveryChange, DeliveryId, DeliveryUpdate, Webhooks};
use crate::{
    client::Origin,
    event::{Actor, Event, EventDetail, EventKind, Subject},
    ids::{EventId, Ids},
    recovery::{Recover, Recovery},
    store::{Attempt, Changes, Store},
    store_error::StoreError,
};

/// An operator wants an event sent again.
#[derive(Clone, Debug)]
pub struct RedeliverEventCommand {
    /// The delivery.
    pub id: DeliveryId,
    /// Who wants it.
    pub by: Actor,
    /// The request.
    pub origin: Origin,
}

/// Why an event is not sent again.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RedeliverEventError {
    /// There is no such delivery: the webhook has taken it.
    #[error("no such delivery")]
    NotFound,
    /// The webhook is not configured any more.
    #[error("the webhook is not configured")]
    NotConfigured,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for RedeliverEventError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotFound | Self::NotConfigured => Recover::FixRequest,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Has an event sent to a webhook again, now and for another day if need be. A running instance sends it.
pub struct RedeliverEvent {
    store: Arc<dyn Store>,
    ids: Arc<dyn Ids>,
    webhooks: Arc<Webhooks>,
}

impl RedeliverEvent {
    /// Has deliveries in `store` sent to `webhooks`.
    pub fn new(store: Arc<dyn Store>, ids: Arc<dyn Ids>, webhooks: Arc<Webhooks>) -> Self {
        Self { store, ids, webhooks }
    }

    /// Has the event sent, and returns the delivery as it waits.
    pub async fn execute(&self, command: &RedeliverEventCommand) -> Result<Delivery, RedeliverEventError> {
        self.store.settle(|| self.attempt(command)).await
    }

    async fn attempt(
        &self,
        command: &RedeliverEventCommand,
    ) -> Result<Attempt<Delivery>, RedeliverEventError> {
        let RedeliverEventCommand { id, by, origin } = command;
        let delivery = self.store.deliveries().get(*id).await?.ok_or(RedeliverEventError::NotFound)?;
        if self.webhooks.get(&delivery.webhook).is_none() {
            return Err(RedeliverEventError::NotConfigured);
        }
        let now = Some(origin.at);
        let delivery = Delivery { tries: 0, first_tried_at: None, next_try_at: now, ..delivery };
        let event = EventId::mint(&*self.ids, origin.at);
        let event = Event::new(event, EventKind::WebhookRedelivered, Subject::default(), origin);
        let event = Event { detail: id.to_string().parse::<EventDetail>().ok(), ..event.by(by.clone()) };
        let mut changes = Changes::default();
        changes.push(DeliveryChange::Update(DeliveryUpdate::of(&delivery)));
        // Where it is not the first one of its key that waits, that one goes first.
        changes.push(delivery.schedule_all(origin.at));
        changes.push(event);
        Ok(Attempt::new(changes, delivery))
    }
}
