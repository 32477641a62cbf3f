use async_trait::async_trait;

use super::Generation;
use crate::{ids::IdentityId, sealing::Sealed, store_error::StoreError, time::Timestamp};

/// A key of the ring as the store keeps it.
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

/// A change to the key ring of an identity. It is committed together with a change to that identity,
/// whose version guards the ring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyRingChange {
    /// Adds a key. Conflicts where its generation is taken.
    Add {
        /// Whose ring.
        identity: IdentityId,
        /// The key.
        key: SealedKey,
    },
    /// Records that a key was superseded. Conflicts where the key is not on the ring.
    Supersede {
        /// Whose ring.
        identity: IdentityId,
        /// Which key.
        generation: Generation,
        /// When.
        at: Timestamp,
    },
    /// Removes a key, if it is still there.
    Remove {
        /// Whose ring.
        identity: IdentityId,
        /// Which key.
        generation: Generation,
    },
}

/// The key rings on record. A ring is read with its identity.
#[async_trait]
pub trait KeyRings: Send + Sync {
    /// Removes up to `limit` keys superseded before `before`, of any identity, and returns how many
    /// were removed.
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
