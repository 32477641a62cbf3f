//! The `session_key` of a user in an app: one at a time, and no grace for the one before.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};

use crate::random;

/// A `session_key`: 16 bytes, told to the back end as 24 characters of base64.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SessionKey([u8; 16]);

impl SessionKey {
    pub(crate) fn random() -> Self {
        Self(random::bytes())
    }

    /// The text that code2Session answers, and that signatures cover.
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

/// The current key, and which one in the row of keys it is.
pub(crate) struct CurrentKey {
    key: SessionKey,
    generation: u64,
    since_ms: i64,
}

impl CurrentKey {
    pub(crate) fn new(now_ms: i64) -> Self {
        Self { key: SessionKey::random(), generation: 0, since_ms: now_ms }
    }

    pub(crate) fn key(&self) -> SessionKey {
        self.key
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// Replaces the key; the old one is dead at once.
    pub(crate) fn rotate(&mut self, now_ms: i64) {
        *self = Self { key: SessionKey::random(), generation: self.generation + 1, since_ms: now_ms };
    }

    /// What obtaining a code does to the key: a new one, unless this one is younger than the minimum refresh
    /// period (小程序登录, 检验登录态).
    pub(crate) fn refresh(&mut self, min_key_refresh_ms: i64, now_ms: i64) {
        if now_ms.saturating_sub(self.since_ms) >= min_key_refresh_ms {
            self.rotate(now_ms);
        }
    }
}
