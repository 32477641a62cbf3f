use std::sync::Arc;

use futures::FutureExt;

use super::SessionKeyCheck;
use crate::{
    identity::IdentityChange,
    ids::IdentityId,
    key_ring::{ObtainedKey, SessionKey, current_key, rotate},
    sealing::{SealError, Sealer},
    signature::Signer,
    store::{Attempt, Changes, Store},
    store_error::StoreError,
    tasks::Tasks,
    time::{Clock, Timestamp},
};

/// What resetting keys needs of the world.
#[derive(Clone)]
pub struct ResetPorts {
    /// Where keys are kept.
    pub store: Arc<dyn Store>,
    /// Resets keys at WeChat.
    pub check: Arc<dyn SessionKeyCheck>,
    /// Signs with the old key.
    pub signer: Arc<dyn Signer>,
    /// Opens the old key and seals the new one.
    pub sealer: Arc<dyn Sealer>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Runs resets in the background.
    pub tasks: Arc<dyn Tasks>,
}

/// Replaces session_keys at WeChat, so that nobody who has an old one can use it there.
#[derive(Clone)]
pub struct ResetSessionKeys {
    ports: ResetPorts,
}

impl ResetSessionKeys {
    /// Resets with these ports.
    pub const fn new(ports: ResetPorts) -> Self {
        Self { ports }
    }

    /// Resets the newest key of each identity, in the background. What WeChat does not do now is not tried
    /// again: a key that it keeps alive is still known to nobody but this server and WeChat.
    pub fn start(&self, identities: Vec<IdentityId>) {
        let this = self.clone();
        let reset = async move {
            for identity in &identities {
                this.reset(identity).await;
            }
        };
        self.ports.tasks.spawn(reset.boxed());
    }

    async fn reset(&self, identity: &IdentityId) {
        let ports = &self.ports;
        let Ok(Some(record)) = ports.store.identities().find(identity).await else { return };
        let Ok(Some(key)) = current_key(&record.keys, &*ports.sealer, identity) else { return };
        let signature = ports.signer.sign(&key, b"");
        if let Ok(next) = ports.check.reset(identity, &signature).await {
            let obtained_at = ports.clock.now();
            // The old key is dead in any case. Without the new one on the ring, the next login brings it.
            let _ = ports.store.settle(|| self.attempt(identity, &next, obtained_at)).await;
        }
    }

    /// Puts the new key on the ring.
    async fn attempt(
        &self,
        identity: &IdentityId,
        key: &SessionKey,
        obtained_at: Timestamp,
    ) -> Result<Attempt<()>, RecordError> {
        let Some(record) = self.ports.store.identities().find(identity).await? else {
            return Ok(Attempt::unchanged(()));
        };
        let obtained = ObtainedKey { identity, key, obtained_at };
        let mut changes: Changes =
            rotate(&record.keys, &*self.ports.sealer, &obtained)?.into_iter().collect();
        if !changes.is_empty() {
            changes.push(IdentityChange::Update(record.identity));
        }
        Ok(Attempt::new(changes, ()))
    }
}

/// Why a new key is not on record.
#[derive(Debug, thiserror::Error)]
enum RecordError {
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    Store(#[from] StoreError),
}
