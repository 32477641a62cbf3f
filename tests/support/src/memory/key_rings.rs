use std::collections::btree_map::Entry;

use async_trait::async_trait;
use domain::{
    identity::IdentityId,
    key_ring::{Generation, KeyRings, SealedKey},
    store::StoreError,
    time::Timestamp,
};

use super::{
    Access, Memory,
    world::{DuplicateRow, World, counted},
};

#[async_trait]
impl<A: Access> KeyRings for Memory<A> {
    async fn load(&self, identity: &IdentityId) -> Result<Vec<SealedKey>, StoreError> {
        let load =
            |world: &World| world.rings.get(identity).map(|ring| ring.values().rev().cloned().collect());
        Ok(self.0.read(load).unwrap_or_default())
    }

    async fn add(&self, identity: &IdentityId, key: &SealedKey) -> Result<(), StoreError> {
        let add = |world: &mut World| match world
            .rings
            .entry(identity.clone())
            .or_default()
            .entry(key.generation)
        {
            Entry::Occupied(_) => Err(DuplicateRow("session_keys")),
            Entry::Vacant(place) => {
                place.insert(key.clone());
                Ok(())
            }
        };
        Ok(self.0.write(add).await?)
    }

    async fn supersede(
        &self,
        identity: &IdentityId,
        generation: Generation,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let supersede = |world: &mut World| {
            let ring = world.rings.get_mut(identity);
            if let Some(key) = ring.and_then(|ring| ring.get_mut(&generation)) {
                key.superseded_at = Some(at);
            }
        };
        self.0.write(supersede).await;
        Ok(())
    }

    async fn remove_through(&self, identity: &IdentityId, generation: Generation) -> Result<(), StoreError> {
        let remove = |world: &mut World| {
            if let Some(ring) = world.rings.get_mut(identity) {
                ring.retain(|kept, _| *kept > generation);
            }
        };
        self.0.write(remove).await;
        Ok(())
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let sweep = |world: &mut World| {
            let mut left = limit;
            let mut swept = 0;
            for ring in world.rings.values_mut() {
                let kept = ring.len();
                ring.retain(|_, key| {
                    let goes = left > 0 && key.superseded_at.is_some_and(|at| at < before);
                    left -= u32::from(goes);
                    !goes
                });
                swept += kept - ring.len();
            }
            counted(swept)
        };
        Ok(self.0.write(sweep).await)
    }
}
