//! Signs and encrypts pushed messages like WeChat (消息推送, 消息加解密).

use std::{fmt, str::FromStr};

use aes::{
    Aes256,
    cipher::{Array, BlockModeEncrypt, KeyIvInit},
};
use base64::{
    Engine, alphabet,
    engine::{GeneralPurpose, GeneralPurposeConfig, general_purpose::NO_PAD},
    prelude::BASE64_STANDARD,
};
use sha1::{Digest, Sha1};

use crate::{SimulatorError, signatures::hex};

/// The padding fills blocks of this size, which is twice that of AES.
const PADDED_BYTES: usize = 32;
const KEY_CHARS: usize = 43;

/// The last of 43 characters holds two bits more than the key has. They are often not zero.
const KEY_FORMAT: GeneralPurposeConfig = NO_PAD.with_decode_allow_trailing_bits(true);
const KEY_BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, KEY_FORMAT);

/// The key that encrypts messages (`EncodingAESKey`): 43 characters of base64 for 32 bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct EncodingAesKey([u8; 32]);

impl FromStr for EncodingAesKey {
    type Err = SimulatorError;

    fn from_str(text: &str) -> Result<Self, SimulatorError> {
        let key = (text.len() == KEY_CHARS).then(|| KEY_BASE64.decode(text).ok()).flatten();
        let key = key.and_then(|key| key.try_into().ok()).map(Self);
        key.ok_or_else(|| {
            SimulatorError::invalid_field("encoding_aes_key", "must be 43 characters of base64")
        })
    }
}

impl fmt::Debug for EncodingAesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncodingAesKey(…)")
    }
}

/// The `signature` of a push: lowercase hex of the SHA-1 of the three texts, sorted and joined. It does not
/// cover the message.
pub fn signature(token: &str, timestamp: &str, nonce: &str) -> String {
    sorted_sha1([token, timestamp, nonce])
}

/// The `msg_signature` of an encrypted push, which covers `Encrypt`, too.
pub fn msg_signature(token: &str, timestamp: &str, nonce: &str, encrypt: &str) -> String {
    sorted_sha1([token, timestamp, nonce, encrypt])
}

/// The `Encrypt` of a message, in base64: AES-256-CBC over `random`, the length of the message in four bytes,
/// the message and the app id, with PKCS#7 padding to a multiple of 32 bytes.
pub fn encrypt(message: &str, app_id: &str, key: &EncodingAesKey, random: &[u8; 16]) -> String {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut padded = [&random[..], &length, message.as_bytes(), app_id.as_bytes()].concat();
    let padding = PADDED_BYTES - padded.len() % PADDED_BYTES;
    padded.extend(std::iter::repeat_n(u8::try_from(padding).unwrap_or_default(), padding));
    let mut iv = [0; 16];
    iv.copy_from_slice(&key.0[..16]);
    let mut cipher = cbc::Encryptor::<Aes256>::new(&key.0.into(), &iv.into());
    let (blocks, _) = Array::slice_as_chunks_mut(&mut padded);
    cipher.encrypt_blocks(blocks);
    BASE64_STANDARD.encode(padded)
}

fn sorted_sha1<const N: usize>(mut texts: [&str; N]) -> String {
    texts.sort_unstable();
    hex(&Sha1::digest(texts.concat()))
}
