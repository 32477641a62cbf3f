use async_trait::async_trait;
use domain::{
    key_ring::{KeyRingChange, KeyRings},
    store::StoreError,
    time::Timestamp,
};

use super::{Conflict, MemoryStore, World, counted, guard};

impl World {
    pub(super) fn change_key_ring(&mut self, change: &KeyRingChange) -> Result<(), Conflict> {
        match change {
            KeyRingChange::Add { identity, key } => {
                let ring = self.rings.entry(identity.clone()).or_default();
                guard(!ring.contains_key(&key.generation))?;
                ring.insert(key.generation, key.clone());
            }
            KeyRingChange::Supersede { identity, generation, at } => {
                let key = self.rings.get_mut(identity).and_then(|ring| ring.get_mut(generation));
                key.ok_or(Conflict)?.superseded_at = Some(*at);
            }
            KeyRingChange::Remove { identity, generation } => {
                if let Some(ring) = self.rings.get_mut(identity) {
                    ring.remove(generation);
                }
            }
        }
        Ok(())
    }
}

#[async_trait]
impl KeyRings for MemoryStore {
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let mut left = limit;
        let mut swept = 0;
        for ring in self.world().rings.values_mut() {
            let kept = ring.len();
            ring.retain(|_, key| {
                let goes = left > 0 && key.superseded_at.is_some_and(|at| at < before);
                left -= u32::from(goes);
                !goes
            });
            swept += kept - ring.len();
        }
        Ok(counted(swept))
    }
}
