//! Sealing: how secrets rest in the store.

use zeroize::Zeroizing;

use crate::text::text;

text! {
    /// The id of a master key. It is stored with every secret that the key seals.
    MasterKeyId, "1 to 32 of A-Z a-z 0-9 . _ -", "1 到 32 个 A-Z a-z 0-9 . _ -", |text| is_key_id(text)
}

/// Shorter than a key in base64, so that a key in the place of an id is refused.
fn is_key_id(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=32).contains(&text.len()) && text.bytes().all(is_allowed)
}

/// A secret under a master key, with the key's id, as it lies in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// Takes what the store holds.
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// What the store is to hold.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Where a sealed secret belongs. It opens there and nowhere else, so that a row copied over
/// another does not pass for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedPlace(Vec<u8>);

impl SealedPlace {
    /// A place in `table`.
    pub fn in_table(table: &str) -> Self {
        Self(Vec::new()).at(table.as_bytes())
    }

    /// The place further told apart by `part`. Parts are length-prefixed: no two lists of parts
    /// make the same place.
    #[must_use]
    pub fn at(mut self, part: &[u8]) -> Self {
        self.0.extend_from_slice(&(part.len() as u64).to_be_bytes());
        self.0.extend_from_slice(part);
        self
    }

    /// The place as associated data.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Why a secret could not be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It is sealed under a master key that is not configured.
    #[error("sealed under a master key that is not configured")]
    UnknownMasterKey,
    /// It was altered, truncated or moved from its place.
    #[error("the sealed secret does not belong here or was altered")]
    Broken,
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system")]
    NoRandomness,
}

/// Seals and opens secrets at rest.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Sealer: Send + Sync {
    /// Seals `secret` for `place` under the newest master key.
    fn seal(&self, secret: &[u8], place: &SealedPlace) -> Result<Sealed, SealError>;

    /// Opens what was sealed for `place`, under whichever configured master key.
    fn open(&self, sealed: &Sealed, place: &SealedPlace) -> Result<Zeroizing<Vec<u8>>, SealError>;

    /// The newest master key: the one that seals.
    fn newest_key(&self) -> MasterKeyId;

    /// Every configured master key, newest first.
    fn keys(&self) -> Vec<MasterKeyId>;

    /// Which master key sealed this, configured or not; `None` if it has not the form of a sealed secret.
    fn key_of(&self, sealed: &Sealed) -> Option<MasterKeyId>;
}
