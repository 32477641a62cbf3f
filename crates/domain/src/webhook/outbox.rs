use std::sync::Arc;

use async_trait::async_trait;

use super::{DeliveryChange, NewDelivery, OrderingKey, Webhooks};
use crate::{
    event::{Event, EventChange},
    identity::Pseudonyms,
    store::{Change, Changes, Committed, Repositories, Store, StoreError},
    time::Timestamp,
};

/// A store that adds the deliveries of events to the commits that add the events.
pub struct EventOutbox {
    store: Arc<dyn Store>,
    webhooks: Arc<Webhooks>,
    pseudonyms: Arc<dyn Pseudonyms>,
}

impl EventOutbox {
    /// `store`, from which `webhooks` hear of events.
    pub fn new(store: Arc<dyn Store>, webhooks: Arc<Webhooks>, pseudonyms: Arc<dyn Pseudonyms>) -> Self {
        Self { store, webhooks, pseudonyms }
    }

    fn deliveries<'a>(&'a self, event: &'a Event) -> impl Iterator<Item = DeliveryChange> + 'a {
        let told = self.webhooks.iter().filter(|webhook| webhook.events.contains(&event.kind));
        told.map(|webhook| {
            DeliveryChange::Add(NewDelivery {
                webhook: webhook.name.clone(),
                event: event.id,
                ordering_key: OrderingKey::of(&event.subject, &*self.pseudonyms),
                at: event.at,
            })
        })
    }
}

#[async_trait]
impl Store for EventOutbox {
    fn repositories(&self) -> &dyn Repositories {
        self.store.repositories()
    }

    async fn commit(&self, mut changes: Changes) -> Result<Committed, StoreError> {
        let events = changes.iter().filter_map(|change| {
            if let Change::Event(EventChange::Add(event)) = change { Some(event) } else { None }
        });
        let deliveries: Vec<_> = events.flat_map(|event| self.deliveries(event)).collect();
        changes.extend(deliveries);
        self.store.commit(changes).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    async fn time(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.time().await
    }
}
