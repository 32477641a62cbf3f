use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::sealing::{MasterKeyId, SealError};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::random;

/// The length of a key, 256 bits.
const KEY_BYTES: usize = 32;

/// The length of a key in base64.
const KEY_CHARS: usize = 44;

/// Why a text is not a master key. Does not contain the text, which may contain the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMasterKey {
    /// The text has no colon.
    #[error("must be written as id:key")]
    NoId,
    /// The part before the colon is not an id.
    #[error("the id before the colon must be 1 to 32 of A-Z a-z 0-9 . _ -")]
    Id,
    /// The part after the colon is not a key.
    #[error("the key after the colon must be 32 bytes in standard base64 (44 characters)")]
    Key,
}

/// A 256-bit key for sealing secrets at rest, with its id. Zeroized on drop.
#[derive(Clone)]
pub struct MasterKey {
    id: MasterKeyId,
    bytes: Zeroizing<[u8; KEY_BYTES]>,
}

impl MasterKey {
    /// The key with this id and these bytes.
    pub fn new(id: MasterKeyId, bytes: [u8; KEY_BYTES]) -> Self {
        Self { id, bytes: Zeroizing::new(bytes) }
    }

    /// Generates a key. Fails if the operating system provides no randomness.
    pub fn generate(id: MasterKeyId) -> Result<Self, SealError> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        random::fill(&mut *bytes)?;
        Ok(Self { id, bytes })
    }

    /// The id of this key.
    pub const fn id(&self) -> &MasterKeyId {
        &self.id
    }

    /// The key in the form of the configuration, `id:base64`.
    pub fn expose_text(&self) -> Zeroizing<String> {
        // Allocated in full up front: growing the string would leave parts of the key behind.
        let id = self.id.as_str();
        let mut text = Zeroizing::new(String::with_capacity(id.len() + 1 + KEY_CHARS));
        text.push_str(id);
        text.push(':');
        STANDARD.encode_string(self.bytes.as_slice(), &mut text);
        text
    }

    pub(crate) fn expose_bytes(&self) -> &[u8; KEY_BYTES] {
        &self.bytes
    }
}

impl FromStr for MasterKey {
    type Err = InvalidMasterKey;

    /// Parses `id:base64`. Ignores white space around it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (id, key) = text.trim().split_once(':').ok_or(InvalidMasterKey::NoId)?;
        let id = id.parse().map_err(|_| InvalidMasterKey::Id)?;
        if key.len() != KEY_CHARS {
            return Err(InvalidMasterKey::Key);
        }
        let mut decoded = Zeroizing::new([0; KEY_CHARS]);
        let length = STANDARD.decode_slice(key, &mut *decoded).map_err(|_| InvalidMasterKey::Key)?;
        let bytes: &[u8; KEY_BYTES] = decoded[..length].try_into().map_err(|_| InvalidMasterKey::Key)?;
        Ok(Self { id, bytes: Zeroizing::new(*bytes) })
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({}, …)", self.id)
    }
}

impl Zeroize for MasterKey {
    fn zeroize(&mut self) {
        self.bytes.zeroize();
    }
}

impl ZeroizeOnDrop for MasterKey {}

/// Why a list of master keys is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMasterKeys {
    /// The list is empty.
    #[error("at least one master key is needed")]
    Empty,
    /// Two keys have the same id.
    #[error("the master key id {0} stands twice")]
    DuplicateId(MasterKeyId),
}

/// The configured master keys. The newest seals, all of them open.
#[derive(Clone, Debug)]
pub struct MasterKeys {
    newest: MasterKey,
    older: Vec<MasterKey>,
}

impl MasterKeys {
    /// Takes the keys, newest first. Fails if there are none or two have the same id.
    pub fn try_new(keys: impl IntoIterator<Item = MasterKey>) -> Result<Self, InvalidMasterKeys> {
        let mut keys = keys.into_iter();
        let newest = keys.next().ok_or(InvalidMasterKeys::Empty)?;
        let mut older: Vec<MasterKey> = Vec::new();
        for key in keys {
            if key.id == newest.id || older.iter().any(|other| key.id == other.id) {
                return Err(InvalidMasterKeys::DuplicateId(key.id));
            }
            older.push(key);
        }
        Ok(Self { newest, older })
    }

    pub(super) const fn newest(&self) -> &MasterKey {
        &self.newest
    }

    pub(super) fn older(&self) -> &[MasterKey] {
        &self.older
    }
}
