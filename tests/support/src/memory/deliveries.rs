use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::{
    event::Event,
    ids::EventId,
    store::StoreError,
    time::Timestamp,
    webhook::{
        Deliveries, Delivery, DeliveryChange, DeliveryFilter, DeliveryId, DeliveryState, DeliveryUpdate,
        NewDelivery, OrderingKey, WebhookName, WebhookOutcome,
    },
};

use super::{Conflict, MemoryStore, World, counted};

/// A delivery, whose event is on record by itself.
#[derive(Clone)]
pub(super) struct DeliveryRow {
    new: NewDelivery,
    tries: u32,
    first_tried_at: Option<Timestamp>,
    next_try_at: Option<Timestamp>,
    outcome: Option<WebhookOutcome>,
}

impl DeliveryRow {
    const fn state(&self) -> DeliveryState {
        match self.next_try_at {
            Some(_) => DeliveryState::Waiting,
            None => DeliveryState::Undelivered,
        }
    }

    fn read(&self, id: DeliveryId, events: &[Event]) -> Option<Delivery> {
        let Self { new, tries, first_tried_at, next_try_at, outcome } = self.clone();
        let event = events.iter().find(|event| event.id == new.event)?.clone();
        let NewDelivery { webhook, ordering_key, .. } = new;
        Some(Delivery { id, webhook, event, ordering_key, tries, first_tried_at, next_try_at, outcome })
    }
}

impl World {
    pub(super) fn change_delivery(&mut self, change: &DeliveryChange) -> Result<(), Conflict> {
        match change {
            DeliveryChange::Add(new) => {
                self.deliveries_numbered += 1;
                let row = DeliveryRow {
                    next_try_at: Some(new.at),
                    new: new.clone(),
                    tries: 0,
                    first_tried_at: None,
                    outcome: None,
                };
                self.deliveries.insert(DeliveryId::new(self.deliveries_numbered), row);
            }
            DeliveryChange::Update(update) => {
                let row = self.deliveries.get_mut(&update.id).ok_or(Conflict)?;
                let DeliveryUpdate { tries, first_tried_at, next_try_at, outcome, .. } = *update;
                *row = DeliveryRow { tries, first_tried_at, next_try_at, outcome, new: row.new.clone() };
            }
            DeliveryChange::Schedule { webhook, ordering_key, at } => {
                let is_meant = |row: &&mut DeliveryRow| {
                    row.new.webhook == *webhook && row.new.ordering_key == *ordering_key
                };
                for row in self.deliveries.values_mut().filter(is_meant) {
                    row.next_try_at = row.next_try_at.map(|_| *at);
                }
            }
            DeliveryChange::Remove(id) => {
                self.deliveries.remove(id);
            }
        }
        Ok(())
    }

    fn delivery(&self, id: DeliveryId) -> Option<Delivery> {
        self.deliveries.get(&id)?.read(id, &self.events)
    }
}

#[async_trait]
impl Deliveries for MemoryStore {
    async fn get(&self, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        Ok(self.world().delivery(id))
    }

    async fn latest(
        &self,
        filter: &DeliveryFilter,
        before: Option<DeliveryId>,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let world = self.world();
        let is_meant = |(id, row): &(&DeliveryId, &DeliveryRow)| {
            before.is_none_or(|before| **id < before)
                && filter.webhook.as_ref().is_none_or(|webhook| row.new.webhook == *webhook)
                && filter.state.is_none_or(|state| row.state() == state)
        };
        let meant = world.deliveries.iter().rev().filter(is_meant).take(limit as usize);
        Ok(meant.filter_map(|(id, _)| world.delivery(*id)).collect())
    }

    async fn next(
        &self,
        webhook: &WebhookName,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let world = self.world();
        let waiting = || {
            let rows = world.deliveries.iter().filter(|(_, row)| row.new.webhook == *webhook);
            rows.filter_map(|(id, row)| Some((row.next_try_at?, *id, row.new.ordering_key)))
        };
        let mut due: Vec<_> = waiting().filter(|(next_try_at, ..)| *next_try_at <= now).collect();
        due.sort_unstable();
        let mut keys = Vec::new();
        for (.., key) in due {
            if !keys.contains(&key) && keys.len() < limit as usize {
                keys.push(key);
            }
        }
        let mut first: BTreeMap<OrderingKey, DeliveryId> = BTreeMap::new();
        for (_, id, key) in waiting().filter(|(.., key)| keys.contains(key)) {
            first.entry(key).or_insert(id);
        }
        let mut first: Vec<_> = first.into_values().collect();
        first.sort_unstable();
        Ok(first.into_iter().filter_map(|id| world.delivery(id)).collect())
    }

    async fn count(&self, webhook: &WebhookName, state: DeliveryState, most: u32) -> Result<u64, StoreError> {
        let world = self.world();
        let is_meant = |row: &&DeliveryRow| row.new.webhook == *webhook && row.state() == state;
        Ok(counted(world.deliveries.values().filter(is_meant).take(most as usize).count()))
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let deliveries = &mut self.world().deliveries;
        let lowest = EventId::lowest_at(before);
        let old = deliveries.iter().filter(|(_, row)| row.new.event < lowest);
        let mut old: Vec<_> = old.map(|(id, row)| (row.new.event, *id)).collect();
        old.sort_unstable();
        old.truncate(limit as usize);
        for (_, id) in &old {
            deliveries.remove(id);
        }
        Ok(counted(old.len()))
    }
}
