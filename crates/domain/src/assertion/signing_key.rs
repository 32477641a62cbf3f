use async_trait::async_trait;

use super::{PrivateKey, PublicKey};
pub use crate::ids::SigningKeyId;
use crate::{
    key_ring::Generation,
    sealing::{SealError, Sealed, SealedPlace, Sealer},
    store_error::StoreError,
    time::Timestamp,
};

/// A key that signs assertions, as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    /// Its place among all of them, counted from 1.
    pub generation: Generation,
    /// The name by which assertions refer to it (`kid`).
    pub id: SigningKeyId,
    /// The half that is published.
    pub public: PublicKey,
    /// The private half under a master key.
    pub sealed: Sealed,
    /// From when it signs.
    pub signs_from: Timestamp,
}

impl SigningKey {
    /// Opens the private half.
    pub(super) fn open(&self, sealer: &dyn Sealer) -> Result<PrivateKey, SealError> {
        sealer.open(&self.sealed, &Self::place(self.generation)).map(PrivateKey::new)
    }

    /// Seals a private half for its place.
    pub(super) fn seal(
        sealer: &dyn Sealer,
        generation: Generation,
        private: &PrivateKey,
    ) -> Result<Sealed, SealError> {
        sealer.seal(private.expose(), &Self::place(generation))
    }

    /// Where the private half rests.
    pub(crate) fn place(generation: Generation) -> SealedPlace {
        SealedPlace::in_table("signing_keys").at(&generation.number().to_be_bytes())
    }
}

/// A change to the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SigningKeyChange {
    /// Adds a key. Conflicts where its generation is on record.
    Add(SigningKey),
    /// Removes the key of this generation. Conflicts where there is none.
    Remove(Generation),
}

/// The keys on record.
#[async_trait]
pub trait SigningKeys: Send + Sync {
    /// All keys, newest first.
    async fn all(&self) -> Result<Vec<SigningKey>, StoreError>;
}
