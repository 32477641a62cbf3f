use async_trait::async_trait;
use domain::{
    assertion::{SigningKey, SigningKeyChange, SigningKeys},
    store::StoreError,
};

use super::{Conflict, MemoryStore, World, guard};

impl World {
    pub(super) fn change_signing_key(&mut self, change: &SigningKeyChange) -> Result<(), Conflict> {
        match change {
            SigningKeyChange::Add(key) => {
                guard(!self.signing_keys.contains_key(&key.generation))?;
                self.signing_keys.insert(key.generation, key.clone());
                Ok(())
            }
            SigningKeyChange::Remove(generation) => guard(self.signing_keys.remove(generation).is_some()),
        }
    }
}

#[async_trait]
impl SigningKeys for MemoryStore {
    async fn all(&self) -> Result<Vec<SigningKey>, StoreError> {
        Ok(self.world().signing_keys.values().rev().cloned().collect())
    }
}
