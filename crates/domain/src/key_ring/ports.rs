use async_trait::async_trait;

use super::Generation;
use crate::{identity::IdentityId, sealing::Sealed, store::StoreError, time::Timestamp};

/// A key of the ring as it lies in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedKey {
    /// Its place in the ring's history, counted from 1.
    pub generation: Generation,
    /// The key under a master key.
    pub sealed: Sealed,
    /// When WeChat answered with it.
    pub obtained_at: Timestamp,
    /// When a newer key took its place; `None` for the current key.
    pub superseded_at: Option<Timestamp>,
}

/// The key rings on record. Who changes a ring has entered the identity in the same unit of work.
#[async_trait]
pub trait KeyRings: Send + Sync {
    /// The keys of an identity, newest generation first. There are none where it was never entered.
    async fn load(&self, identity: &IdentityId) -> Result<Vec<SealedKey>, StoreError>;

    /// Adds a key under a generation that was not used before.
    async fn add(&self, identity: &IdentityId, key: &SealedKey) -> Result<(), StoreError>;

    /// Records that the key of `generation` was superseded.
    async fn supersede(
        &self,
        identity: &IdentityId,
        generation: Generation,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Removes the keys of `generation` and older.
    async fn remove_through(&self, identity: &IdentityId, generation: Generation) -> Result<(), StoreError>;

    /// Removes up to `limit` keys superseded before `before`, of whichever identity, and says how
    /// many went.
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
