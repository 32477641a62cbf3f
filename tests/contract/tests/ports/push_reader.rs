use std::fmt::Write;

use aes::{
    Aes256,
    cipher::{Array, BlockModeEncrypt, KeyIvInit},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use contract::push_reader::Collection;
use crypto::WeChatPushReader;
use domain::{
    app::AppId,
    push::{PushAesKey, PushQuery, PushReader, PushToken},
};
use sha1::{Digest, Sha1};

/// What WeChat signs and encrypts: SHA-1 over the sorted parts, AES-256-CBC with PKCS#7 to 32 bytes.
struct WeChat;

fn signature<const N: usize>(mut parts: [&str; N]) -> String {
    parts.sort_unstable();
    Sha1::digest(parts.concat()).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes everything");
        hex
    })
}

impl Collection for WeChat {
    fn push_reader(&self) -> &dyn PushReader {
        &WeChatPushReader
    }

    fn signed(&self, token: &PushToken, encrypted: &str) -> PushQuery {
        const TIMESTAMP: &str = "1714112445";
        const NONCE: &str = "415670741";
        PushQuery {
            signature: signature([token.expose(), TIMESTAMP, NONCE]),
            msg_signature: signature([token.expose(), TIMESTAMP, NONCE, encrypted]),
            timestamp: TIMESTAMP.to_owned(),
            nonce: NONCE.to_owned(),
        }
    }

    fn encrypted(&self, key: &PushAesKey, app_id: &AppId, message: &str) -> String {
        let length = u32::try_from(message.len()).expect("it is short");
        let (length, app_id) = (length.to_be_bytes(), app_id.as_str().as_bytes());
        let mut bytes = [b"16 random bytes.", length.as_slice(), message.as_bytes(), app_id].concat();
        let padding = 32 - bytes.len() % 32;
        bytes.resize(bytes.len() + padding, u8::try_from(padding).expect("it is 32 at most"));
        let (blocks, _) = Array::slice_as_chunks_mut(&mut bytes);
        let (iv, _) = key.expose_bytes().split_first_chunk::<16>().expect("a key has 32 bytes");
        cbc::Encryptor::<Aes256>::new(key.expose_bytes().into(), iv.into()).encrypt_blocks(blocks);
        STANDARD.encode(bytes)
    }
}

contract::push_reader_suite!(WeChat);
