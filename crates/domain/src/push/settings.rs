use std::{fmt, str::FromStr};

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    text::{InvalidText, secret_text},
    webhook::WebhookEndpoint,
};

secret_text! {
    /// The token that WeChat signs pushes with (`Token`).
    PushToken, "3 to 32 letters and digits", "3 到 32 个字母或数字",
    |text| (3..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

const BYTES: usize = 32;
const TEXT: usize = 43;

/// The last of the 43 characters carries two bits that are not part of the key. They need not be zero: Tencent's own
/// samples end in such characters.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// The key that WeChat encrypts pushes with (`EncodingAESKey`): 32 bytes, written as 43 characters of base64.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct PushAesKey([u8; BYTES]);

impl PushAesKey {
    /// The AES-256 key.
    pub const fn expose_bytes(&self) -> &[u8; BYTES] {
        &self.0
    }

    /// The 43 characters, with zeros for the bits that are not part of the key.
    pub fn expose_text(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64.encode(self.0))
    }
}

impl FromStr for PushAesKey {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid =
            || InvalidText::new("the 43 characters of the EncodingAESKey", "43 个字符的 EncodingAESKey");
        if text.len() != TEXT {
            return Err(invalid());
        }
        let mut decoded = [0; BYTES + 1];
        let length = BASE64.decode_slice(text, &mut decoded).map_err(|_| invalid())?;
        let bytes = decoded[..length].try_into().map_err(|_| invalid());
        decoded.zeroize();
        bytes.map(Self)
    }
}

impl fmt::Debug for PushAesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PushAesKey(…)")
    }
}

/// How WeChat pushes the messages of an app.
#[derive(Clone, Debug)]
pub struct PushSettings {
    /// What they are signed with.
    pub token: PushToken,
    /// What they are encrypted with, the newest key first: during a change of the key, both. Where there is none, messages are taken in plain
    /// text, whose signature does not cover the body.
    pub aes_keys: Vec<PushAesKey>,
    /// The back end of the team that is sent what this server does not deal with by itself.
    pub relay: Option<WebhookEndpoint>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_43_characters_whose_last_two_bits_do_not_count() {
        let key: PushAesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".parse().unwrap();
        assert_eq!(*key.expose_text(), "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE");
        assert_eq!(key.expose_text().parse(), Ok(key));
        for text in [
            "",
            "abcdefghijklmnopqrstuvwxyz0123456789ABCDEF",
            "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG=",
            "abcdefghijklmnopqrstuvwxyz0123456789ABCDE-G",
            "abcdefghijklmnopqrstuvwxyz0123456789ABCDEG=",
        ] {
            assert!(text.parse::<PushAesKey>().is_err(), "{text}");
        }
    }
}
