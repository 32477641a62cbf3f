use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::text::InvalidText;

const BYTES: usize = 16;
const TEXT: usize = 24;

/// WeChat's session_key: 16 bytes, sent as 24 characters of base64.
///
/// Both forms matter: open data is encrypted under the bytes, and signed with the text.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SessionKey {
    bytes: [u8; BYTES],
    text: [u8; TEXT],
}

impl SessionKey {
    /// The key with these bytes.
    pub fn from_bytes(bytes: [u8; BYTES]) -> Self {
        let mut text = [0; TEXT];
        // 16 bytes always encode to 24 characters, so the slice is exactly filled.
        let written = STANDARD.encode_slice(bytes, &mut text);
        debug_assert_eq!(written, Ok(TEXT));
        Self { bytes, text }
    }

    /// The AES key.
    pub const fn expose_bytes(&self) -> &[u8; BYTES] {
        &self.bytes
    }

    /// The base64 text, which takes part in signatures.
    pub const fn expose_text(&self) -> &[u8; TEXT] {
        &self.text
    }
}

impl FromStr for SessionKey {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidText::new("16 bytes in standard base64", "16 字节的标准 Base64");
        let text: &[u8; TEXT] = text.as_bytes().try_into().map_err(|_| invalid())?;
        let mut decoded = [0; TEXT];
        let length = STANDARD.decode_slice(text, &mut decoded).map_err(|_| invalid())?;
        let bytes = decoded[..length].try_into().map_err(|_| invalid());
        decoded.zeroize();
        // Base64 with padding, read strictly, has one text for the same bytes: this one.
        bytes.map(|bytes| Self { bytes, text: *text })
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_text() {
        let key = SessionKey::from_bytes([0xa5; BYTES]);
        assert_eq!(str::from_utf8(key.expose_text()).unwrap().parse(), Ok(key));
        // The last character but the padding carries two bits of the key; the other four must be none.
        for text in ["paWlpaWlpaWlpaWlpaWlpR==", "paWlpaWlpaWlpaWlpaWlpQ", "paWlpaWlpaWlpaWlpaWlpQ=a"] {
            assert!(text.parse::<SessionKey>().is_err(), "{text}");
        }
    }
}
