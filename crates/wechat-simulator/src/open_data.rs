//! How WeChat signs and encrypts open data (开放数据校验与解密).

use aes::{
    Aes128,
    cipher::{Array, BlockModeEncrypt, KeyIvInit},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Serialize;
use sha1::{Digest, Sha1};

use crate::{random, world::SessionKey};

const BLOCK: usize = 16;

/// Lowercase hex of `sha1(rawData ‖ session_key)`. The key goes in as its base64 text, not as its bytes.
pub fn sign(raw_data: &str, session_key: &SessionKey) -> String {
    let digest = Sha1::new().chain_update(raw_data).chain_update(session_key.to_base64()).finalize();
    digest.iter().fold(String::with_capacity(40), |hex, byte| hex + &format!("{byte:02x}"))
}

/// AES-128-CBC with PKCS#7 padding, as base64.
pub fn encrypt(plain: &[u8], session_key: &SessionKey, iv: &[u8; BLOCK]) -> String {
    let padding = BLOCK - plain.len() % BLOCK;
    let mut padded = plain.to_vec();
    padded.extend(std::iter::repeat_n(u8::try_from(padding).unwrap_or_default(), padding));
    let mut cipher = cbc::Encryptor::<Aes128>::new(session_key.bytes().into(), iv.into());
    let (blocks, _) = Array::slice_as_chunks_mut(&mut padded);
    cipher.encrypt_blocks(blocks);
    BASE64_STANDARD.encode(padded)
}

/// The mark under every piece of open data (数据水印).
#[derive(Serialize)]
pub(crate) struct Watermark<'a> {
    /// When the client got the data, in seconds.
    pub(crate) timestamp: i64,
    pub(crate) appid: &'a str,
}

/// Encrypted data as the client hands it out.
pub(crate) struct Sealed {
    pub(crate) encrypted_data: String,
    pub(crate) iv: String,
}

/// Encrypts `data` as JSON under an IV of its own.
pub(crate) fn seal(data: &impl Serialize, session_key: &SessionKey) -> Sealed {
    let iv = random::bytes();
    let encrypted_data = encrypt(json(data).as_bytes(), session_key, &iv);
    Sealed { encrypted_data, iv: BASE64_STANDARD.encode(iv) }
}

/// Compact JSON, as WeChat's client writes it.
#[expect(clippy::expect_used, reason = "the data are structs of texts and numbers")]
pub(crate) fn json(data: &impl Serialize) -> String {
    serde_json::to_string(data).expect("structs of texts and numbers are always JSON")
}
