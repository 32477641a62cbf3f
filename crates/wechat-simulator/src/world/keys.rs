//! The `session_key` of a user in an app. There is one at a time; the previous one is invalid at once.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};

use crate::random;

/// A `session_key`: 16 bytes, which code2Session returns as 24 characters of base64.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SessionKey([u8; 16]);

impl SessionKey {
    pub(crate) fn random() -> Self {
        Self(random::bytes())
    }

    /// The base64 text that code2Session returns and that signatures cover.
    pub fn to_base64(self) -> String {
        BASE64_STANDARD.encode(self.0)
    }

    /// The AES key.
    pub fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl From<[u8; 16]> for SessionKey {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(…)")
    }
}

/// The current key.
pub(crate) struct CurrentKey {
    key: SessionKey,
    /// The number of rotations so far.
    generation: u64,
    created_ms: i64,
}

impl CurrentKey {
    pub(crate) fn new(now_ms: i64) -> Self {
        Self { key: SessionKey::random(), generation: 0, created_ms: now_ms }
    }

    pub(crate) fn key(&self) -> SessionKey {
        self.key
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// Replaces the key. The old one is invalid at once.
    pub(crate) fn rotate(&mut self, now_ms: i64) {
        *self = Self { key: SessionKey::random(), generation: self.generation + 1, created_ms: now_ms };
    }

    /// Replaces the key when a code is created, unless it is younger than the minimum refresh period (小程序登录,
    /// 检验登录态).
    pub(crate) fn rotate_if_due(&mut self, min_key_refresh_ms: i64, now_ms: i64) {
        if now_ms.saturating_sub(self.created_ms) >= min_key_refresh_ms {
            self.rotate(now_ms);
        }
    }
}
