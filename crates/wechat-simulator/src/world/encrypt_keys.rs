//! The keys of a user's encrypted channel (小程序加密网络通道).

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Serialize;

use crate::{random, signatures::hex};

const LIFETIME_SECONDS: i64 = 3600;
const MAX_KEYS: usize = 3;

/// The last keys, newest first.
#[derive(Default)]
pub(crate) struct EncryptKeys(Vec<EncryptKey>);

struct EncryptKey {
    key: [u8; 16],
    iv: [u8; 8],
    version: u64,
    created_seconds: i64,
}

/// A key as getuserencryptkey returns it.
#[derive(Serialize)]
pub(crate) struct EncryptKeyInfo {
    encrypt_key: String,
    version: u64,
    expire_in: i64,
    /// 16 hex digits, as in the documentation's example. WeChat does not say whether they are decoded.
    iv: String,
    create_time: i64,
}

impl EncryptKeys {
    /// The last three keys, newest first. Creates a key if none lives.
    pub(crate) fn list(&mut self, now_seconds: i64) -> Vec<EncryptKeyInfo> {
        if self.0.first().is_none_or(|newest| newest.expires_in(now_seconds) == 0) {
            let version = self.0.first().map_or(1, |newest| newest.version + 1);
            let key = EncryptKey {
                key: random::bytes(),
                iv: random::bytes(),
                version,
                created_seconds: now_seconds,
            };
            self.0.insert(0, key);
            self.0.truncate(MAX_KEYS);
        }
        self.0.iter().map(|key| key.info(now_seconds)).collect()
    }
}

impl EncryptKey {
    fn expires_in(&self, now_seconds: i64) -> i64 {
        (self.created_seconds + LIFETIME_SECONDS - now_seconds).max(0)
    }

    fn info(&self, now_seconds: i64) -> EncryptKeyInfo {
        EncryptKeyInfo {
            encrypt_key: BASE64_STANDARD.encode(self.key),
            version: self.version,
            expire_in: self.expires_in(now_seconds),
            iv: hex(&self.iv),
            create_time: self.created_seconds,
        }
    }
}
