//! What WeChat does before it pushes: signs and encrypts.

use std::fmt::Write;

use aes::{
    Aes256,
    cipher::{Array, BlockModeEncrypt, KeyIvInit},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::push::{PushAesKey, PushForm, PushFormat, PushMessage, PushQuery, PushSettings};
use sha1::{Digest, Sha1};

pub(crate) const APP_ID: &str = "wx0123456789abcdef";
pub(crate) const TOKEN: &str = "mockPushToken01";
const TIMESTAMP: &str = "1795104000";
const NONCE: &str = "90210";

pub(crate) fn key(text: &str) -> PushAesKey {
    text.parse().unwrap()
}

/// A key whose characters are all the same.
pub(crate) fn key_of(character: &str) -> PushAesKey {
    key(&character.repeat(43))
}

pub(crate) fn settings(aes_keys: &[PushAesKey]) -> PushSettings {
    PushSettings { token: TOKEN.parse().unwrap(), aes_keys: aes_keys.to_vec(), relay: None }
}

pub(crate) fn signature(parts: &[&str]) -> String {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    let mut hex = String::new();
    for byte in Sha1::digest(parts.concat()) {
        write!(hex, "{byte:02x}").unwrap();
    }
    hex
}

/// The query beside a message, which is signed where it is encrypted.
pub(crate) fn query(encrypted: Option<&str>) -> PushQuery {
    PushQuery {
        signature: signature(&[TOKEN, TIMESTAMP, NONCE]),
        msg_signature: encrypted.map_or_else(String::new, |text| signature(&[TOKEN, TIMESTAMP, NONCE, text])),
        timestamp: TIMESTAMP.to_owned(),
        nonce: NONCE.to_owned(),
    }
}

/// 16 bytes, a length, a message and an app id.
pub(crate) fn enclosed(message: &[u8], app_id: &str) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap();
    [b"0123456789abcdef", length.to_be_bytes().as_slice(), message, app_id.as_bytes()].concat()
}

pub(crate) fn padded(mut plaintext: Vec<u8>) -> Vec<u8> {
    let padding = 32 - plaintext.len() % 32;
    plaintext.resize(plaintext.len() + padding, u8::try_from(padding).unwrap());
    plaintext
}

/// Encrypts whole blocks, which the caller has padded.
pub(crate) fn encrypted(key: &PushAesKey, mut plaintext: Vec<u8>) -> Vec<u8> {
    let (blocks, rest) = Array::slice_as_chunks_mut(&mut plaintext);
    assert!(rest.is_empty());
    let (iv, _) = key.expose_bytes().split_first_chunk::<16>().unwrap();
    cbc::Encryptor::<Aes256>::new(key.expose_bytes().into(), iv.into()).encrypt_blocks(blocks);
    plaintext
}

/// A message as the `Encrypt` of a body.
pub(crate) fn encrypt(key: &PushAesKey, message: impl AsRef<[u8]>) -> String {
    STANDARD.encode(encrypted(key, padded(enclosed(message.as_ref(), APP_ID))))
}

/// What a message says, in whatever form.
pub(crate) fn said(message: PushMessage) -> PushMessage {
    PushMessage { form: PushForm { format: PushFormat::Json, is_encrypted: false }, ..message }
}
