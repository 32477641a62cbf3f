//! Signs and encrypts open data like WeChat (开放数据校验与解密).

use std::borrow::Cow;

use aes::{
    Aes128,
    cipher::{Array, BlockModeEncrypt, KeyIvInit},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Serialize;
use sha1::{Digest, Sha1};

use crate::{random, signatures::hex, world::SessionKey};

const BLOCK_BYTES: usize = 16;

/// Returns the lowercase hex of `sha1(rawData ‖ session_key)`. The hash covers the key's base64 text, not its
/// bytes.
pub fn sign(raw_data: &str, session_key: &SessionKey) -> String {
    let digest = Sha1::new().chain_update(raw_data).chain_update(session_key.to_base64()).finalize();
    hex(&digest)
}

/// Encrypts with AES-128-CBC and PKCS#7 padding. Returns base64.
pub fn encrypt(plain: &[u8], session_key: &SessionKey, iv: &[u8; BLOCK_BYTES]) -> String {
    let padding = BLOCK_BYTES - plain.len() % BLOCK_BYTES;
    let mut padded = plain.to_vec();
    padded.extend(std::iter::repeat_n(u8::try_from(padding).unwrap_or_default(), padding));
    let mut cipher = cbc::Encryptor::<Aes128>::new(session_key.bytes().into(), iv.into());
    let (blocks, _) = Array::slice_as_chunks_mut(&mut padded);
    cipher.encrypt_blocks(blocks);
    BASE64_STANDARD.encode(padded)
}

/// The `watermark` member of open data (数据水印).
#[derive(Serialize)]
pub(crate) struct Watermark<'a> {
    /// When the client obtained the data, in seconds since 1970-01-01 UTC.
    pub(crate) timestamp: i64,
    pub(crate) appid: Cow<'a, str>,
}

/// Encrypted open data, both parts in base64.
pub(crate) struct Encrypted {
    pub(crate) encrypted_data: String,
    pub(crate) iv: String,
}

/// Encrypts `data` as JSON with a random IV.
pub(crate) fn encrypt_json(data: &impl Serialize, session_key: &SessionKey) -> Encrypted {
    let iv = random::bytes();
    let encrypted_data = encrypt(json(data).as_bytes(), session_key, &iv);
    Encrypted { encrypted_data, iv: BASE64_STANDARD.encode(iv) }
}

/// Compact JSON, as WeChat's client produces it.
#[expect(clippy::expect_used, reason = "the data consists of structs of strings and numbers")]
pub(crate) fn json(data: &impl Serialize) -> String {
    serde_json::to_string(data).expect("structs of strings and numbers serialize to JSON")
}
