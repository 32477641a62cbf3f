use std::fmt::Write;

use aes::{
    Aes128,
    cipher::{Array, BlockModeEncrypt, KeyIvInit},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use contract::open_data::Collection;
use crypto::WeChatOpenData;
use domain::{
    key_ring::SessionKey,
    open_data::{OpenData, Payload, SignedData},
};
use sha1::{Digest, Sha1};
use support::{CollectedData, PlainOpenData};

/// What WeChat signs and encrypts: SHA-1 over text and key, AES-128-CBC with PKCS#7.
struct WeChat;

impl Collection for WeChat {
    fn open_data(&self) -> &dyn OpenData {
        &WeChatOpenData
    }

    fn signed(&self, key: &SessionKey, raw_data: &str) -> SignedData {
        let digest = Sha1::new().chain_update(raw_data).chain_update(key.expose_text()).finalize();
        let hex = digest.iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a string takes everything");
            hex
        });
        SignedData {
            raw_data: raw_data.parse().expect("it is raw data"),
            signature: hex.parse().expect("it is a signature"),
        }
    }

    fn encrypted(&self, key: &SessionKey, plaintext: &str) -> Payload {
        const IV: [u8; 16] = *b"an initial vecto";
        let padding = 16 - plaintext.len() % 16;
        let mut bytes = plaintext.as_bytes().to_vec();
        bytes.resize(plaintext.len() + padding, u8::try_from(padding).expect("it is 16 at most"));
        let (blocks, _) = Array::slice_as_chunks_mut(&mut bytes);
        cbc::Encryptor::<Aes128>::new(key.expose_bytes().into(), &IV.into()).encrypt_blocks(blocks);
        Payload {
            encrypted_data: STANDARD.encode(bytes).parse().expect("it is base64"),
            iv: STANDARD.encode(IV).parse().expect("it is 16 bytes"),
        }
    }
}

/// Data that can be read by eye.
struct Plain;

impl Collection for Plain {
    fn open_data(&self) -> &dyn OpenData {
        &PlainOpenData
    }

    fn signed(&self, key: &SessionKey, raw_data: &str) -> SignedData {
        CollectedData::new(key, raw_data, "{}").signed()
    }

    fn encrypted(&self, key: &SessionKey, plaintext: &str) -> Payload {
        CollectedData::new(key, "{}", plaintext).payload()
    }
}

mod wechat {
    contract::open_data_suite!(super::WeChat);
}

mod plain {
    contract::open_data_suite!(super::Plain);
}
