use std::cmp::Reverse;

use async_trait::async_trait;
use domain::{
    event::{Event, Events},
    identity::IdentityId,
    store::StoreError,
};

use super::{Conflict, MemoryStore, World, guard};

impl World {
    pub(super) fn add_event(&mut self, event: &Event) -> Result<(), Conflict> {
        guard(self.events.iter().all(|earlier| earlier.id != event.id))?;
        self.events.push(event.clone());
        Ok(())
    }
}

#[async_trait]
impl Events for MemoryStore {
    async fn latest(&self, identity: &IdentityId, limit: u32) -> Result<Vec<Event>, StoreError> {
        let world = self.world();
        let is_theirs = |event: &&Event| event.subject.identity == *identity;
        let mut events: Vec<_> = world.events.iter().filter(is_theirs).cloned().collect();
        events.sort_by_key(|event| Reverse(event.id));
        events.truncate(limit as usize);
        Ok(events)
    }
}
