use async_trait::async_trait;
use domain::{
    event::{Event, Events},
    identity::IdentityId,
    store::StoreError,
};

use super::{
    Access, Memory,
    world::{DuplicateRow, World},
};

#[async_trait]
impl<A: Access> Events for Memory<A> {
    async fn append(&self, event: &Event) -> Result<(), StoreError> {
        let append = |world: &mut World| {
            if world.events.iter().any(|earlier| earlier.id == event.id) {
                return Err(DuplicateRow("events"));
            }
            world.events.push(event.clone());
            Ok(())
        };
        Ok(self.0.write(append).await?)
    }

    async fn latest(&self, identity: &IdentityId, limit: u32) -> Result<Vec<Event>, StoreError> {
        let latest = |world: &World| {
            let is_theirs = |event: &&Event| event.identity == *identity;
            let mut events: Vec<_> = world.events.iter().filter(is_theirs).cloned().collect();
            events.sort_by_key(|event| std::cmp::Reverse(event.id));
            events.truncate(limit as usize);
            events
        };
        Ok(self.0.read(latest))
    }
}
