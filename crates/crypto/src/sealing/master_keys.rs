use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::sealing::SealError;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::randomness;

/// 256 bits.
const BYTES: usize = 32;

/// 256 bits in base64.
const TEXT: usize = 44;

/// The longest id. Shorter than a key's text, so that a key in the id's place is refused.
const LONGEST_ID: u8 = 32;

/// The name under which a master key is configured, and which every secret sealed with it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterKeyId(String);

impl MasterKeyId {
    /// The id itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its length in bytes.
    pub(super) fn length(&self) -> u8 {
        u8::try_from(self.0.len()).unwrap_or(LONGEST_ID)
    }
}

impl fmt::Display for MasterKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for MasterKeyId {
    type Err = InvalidMasterKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if (1..=usize::from(LONGEST_ID)).contains(&text.len()) && text.bytes().all(is_allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidMasterKey::Id)
        }
    }
}

/// Why a text is not a master key. The text is never repeated: it may hold the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMasterKey {
    /// There is no colon.
    #[error("must be written as id:key")]
    NoId,
    /// What stands before the colon is no id.
    #[error("the id before the colon must be 1 to 32 of A-Z a-z 0-9 . _ -")]
    Id,
    /// What stands after the colon is no key.
    #[error("the key after the colon must be 32 bytes in standard base64 (44 characters)")]
    Key,
}

/// A key of 256 bits under which secrets rest, and its id. Wiped on drop.
#[derive(Clone)]
pub struct MasterKey {
    id: MasterKeyId,
    bytes: Zeroizing<[u8; BYTES]>,
}

impl MasterKey {
    /// The key with this id and these bytes.
    pub fn new(id: MasterKeyId, bytes: [u8; BYTES]) -> Self {
        Self { id, bytes: Zeroizing::new(bytes) }
    }

    /// A new key from the operating system's randomness.
    pub fn generate(id: MasterKeyId) -> Result<Self, SealError> {
        let mut bytes = Zeroizing::new([0; BYTES]);
        randomness::fill(&mut *bytes)?;
        Ok(Self { id, bytes })
    }

    /// Its id.
    pub const fn id(&self) -> &MasterKeyId {
        &self.id
    }

    /// The key as it is written in a configuration, `id:base64`.
    pub fn expose_text(&self) -> Zeroizing<String> {
        // Reserved at once: a text that grows would leave parts of the key behind.
        let mut text = Zeroizing::new(String::with_capacity(self.id.0.len() + 1 + TEXT));
        text.push_str(&self.id.0);
        text.push(':');
        STANDARD.encode_string(self.bytes.as_slice(), &mut text);
        text
    }

    pub(super) fn expose_bytes(&self) -> &[u8; BYTES] {
        &self.bytes
    }
}

impl FromStr for MasterKey {
    type Err = InvalidMasterKey;

    /// Reads `id:base64`; white space around it is not part of it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (id, key) = text.trim().split_once(':').ok_or(InvalidMasterKey::NoId)?;
        let id = id.parse()?;
        if key.len() != TEXT {
            return Err(InvalidMasterKey::Key);
        }
        let mut decoded = Zeroizing::new([0; TEXT]);
        let length = STANDARD.decode_slice(key, &mut *decoded).map_err(|_| InvalidMasterKey::Key)?;
        let bytes: &[u8; BYTES] = decoded[..length].try_into().map_err(|_| InvalidMasterKey::Key)?;
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

/// Why a list of master keys is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMasterKeys {
    /// Nothing could be sealed.
    #[error("at least one master key is needed")]
    None,
    /// One id stands twice.
    #[error("the master key id {0} stands twice")]
    Twice(MasterKeyId),
}

/// The configured master keys: the first seals, all open.
#[derive(Clone, Debug)]
pub struct MasterKeys {
    newest: MasterKey,
    older: Vec<MasterKey>,
}

impl MasterKeys {
    /// The list of these keys, newest first.
    pub fn try_new(keys: impl IntoIterator<Item = MasterKey>) -> Result<Self, InvalidMasterKeys> {
        let mut keys = keys.into_iter();
        let newest = keys.next().ok_or(InvalidMasterKeys::None)?;
        let mut older: Vec<MasterKey> = Vec::new();
        for key in keys {
            if key.id == newest.id || older.iter().any(|other| key.id == other.id) {
                return Err(InvalidMasterKeys::Twice(key.id));
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
