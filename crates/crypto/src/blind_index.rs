use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    phone::{BlindIndex, PhoneNumber},
    sealing::SealError,
    session::Digest,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::random;

/// The length of a key, 256 bits.
const BYTES: usize = 32;

/// The key of blind indexes, written as 32 bytes in standard base64.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct IndexKey([u8; BYTES]);

impl IndexKey {
    /// A key from the operating system's randomness.
    pub fn generate() -> Result<Self, SealError> {
        let mut key = Self([0; BYTES]);
        random::fill(&mut key.0)?;
        Ok(key)
    }

    pub(crate) const fn expose_bytes(&self) -> &[u8; BYTES] {
        &self.0
    }

    /// The key in base64, for the configuration.
    pub fn expose_text(&self) -> Zeroizing<String> {
        STANDARD.encode(self.0).into()
    }
}

impl FromStr for IndexKey {
    type Err = InvalidIndexKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = Zeroizing::new(STANDARD.decode(text).map_err(|_| InvalidIndexKey)?);
        bytes.as_slice().try_into().map(Self).map_err(|_| InvalidIndexKey)
    }
}

impl fmt::Debug for IndexKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IndexKey(…)")
    }
}

/// A text is not an index key. Does not contain the text, which may be one but for a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 32 bytes in standard base64")]
pub struct InvalidIndexKey;

/// Makes blind indexes with HMAC-SHA256.
#[derive(Clone, Debug)]
pub struct HmacBlindIndex {
    key: IndexKey,
}

impl HmacBlindIndex {
    /// Makes indexes under this key.
    pub const fn new(key: IndexKey) -> Self {
        Self { key }
    }
}

impl BlindIndex for HmacBlindIndex {
    #[expect(clippy::expect_used, reason = "HMAC is defined for keys of any length")]
    fn index_of(&self, number: &PhoneNumber) -> Digest {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key.0).expect("HMAC takes keys of any length");
        // What the index is of takes part: the same key may serve another kind of value one day.
        mac.update(b"phone\0");
        mac.update(Zeroizing::new(number.e164()).as_bytes());
        Digest::new(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_32_bytes_in_base64() {
        let key = IndexKey::generate().unwrap();
        assert_eq!(key.expose_text().parse(), Ok(key.clone()));
        assert_eq!(format!("{key:?}"), "IndexKey(…)");
        for text in ["", "AAAA", &STANDARD.encode([0; 31]), &STANDARD.encode([0; 33]), &"A".repeat(44)] {
            assert_eq!(text.parse::<IndexKey>(), Err(InvalidIndexKey), "{text}");
        }
    }

    #[test]
    fn the_index_of_a_number_is_the_hmac_of_its_e164_form() {
        let key: IndexKey = STANDARD.encode([1; 32]).parse().unwrap();
        let number = PhoneNumber::try_new("86", "13800138000").unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&[1; 32]).unwrap();
        mac.update(b"phone\0+8613800138000");
        let expected = Digest::new(mac.finalize().into_bytes().into());
        assert_eq!(HmacBlindIndex::new(key).index_of(&number), expected);
    }
}
