use std::cmp::Reverse;

use async_trait::async_trait;
use domain::{
    client::ClientInfo,
    event::{Event, EventChange, EventFilter, Events},
    identity::IdentityId,
    ids::EventId,
    store::StoreError,
    time::Timestamp,
};

use super::{Conflict, MemoryStore, World, counted, guard};

impl World {
    pub(super) fn change_events(&mut self, change: &EventChange) -> Result<(), Conflict> {
        match change {
            EventChange::Add(event) => {
                guard(self.events.iter().all(|earlier| earlier.id != event.id))?;
                self.events.push(event.clone());
            }
            EventChange::Forget(identity) => {
                for event in self.events.iter_mut().filter(|event| is_of(event, identity)) {
                    event.subject.openid = None;
                    event.client = ClientInfo::default();
                }
            }
        }
        Ok(())
    }
}

fn is_of(event: &Event, identity: &IdentityId) -> bool {
    event.subject.identity().as_ref() == Some(identity)
}

#[async_trait]
impl Events for MemoryStore {
    async fn latest(
        &self,
        filter: &EventFilter,
        before: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError> {
        let world = self.world();
        let is_meant = |event: &&Event| {
            before.is_none_or(|before| event.id < before)
                && match filter {
                    EventFilter::All => true,
                    EventFilter::Kind(kind) => event.kind == *kind,
                    EventFilter::Identity(identity) => is_of(event, identity),
                    EventFilter::User(user) => event.subject.user_id == Some(*user),
                }
        };
        let mut events: Vec<_> = world.events.iter().filter(is_meant).cloned().collect();
        events.sort_by_key(|event| Reverse(event.id));
        events.truncate(limit as usize);
        Ok(events)
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let events = &mut self.world().events;
        let lowest = EventId::lowest_at(before);
        let mut old: Vec<_> = events.iter().map(|event| event.id).filter(|id| *id < lowest).collect();
        old.sort_unstable();
        old.truncate(limit as usize);
        events.retain(|event| !old.contains(&event.id));
        Ok(counted(old.len()))
    }
}
