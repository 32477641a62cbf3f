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

/// How long a key stays.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyPeriods {
    /// `wx.login` keeps a key that is younger.
    pub(crate) min_refresh_ms: i64,
    /// The key expires so long after the last login. Without a lifetime it does not expire.
    pub(crate) lifetime_ms: Option<i64>,
}

/// The current key.
pub(crate) struct CurrentKey {
    key: SessionKey,
    /// The number of rotations so far.
    generation: u64,
    created_ms: i64,
    last_login_ms: i64,
    is_ended: bool,
}

impl CurrentKey {
    pub(crate) fn new(now_ms: i64) -> Self {
        Self {
            key: SessionKey::random(),
            generation: 0,
            created_ms: now_ms,
            last_login_ms: now_ms,
            is_ended: false,
        }
    }

    pub(crate) fn key(&self) -> SessionKey {
        self.key
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    pub(crate) fn is_expired(&self, periods: KeyPeriods, now_ms: i64) -> bool {
        let idle_ms = now_ms.saturating_sub(self.last_login_ms);
        self.is_ended || periods.lifetime_ms.is_some_and(|lifetime_ms| idle_ms >= lifetime_ms)
    }

    /// Lets the key expire now.
    pub(crate) fn expire(&mut self) {
        self.is_ended = true;
    }

    /// Replaces the key. The old one is invalid at once.
    pub(crate) fn rotate(&mut self, now_ms: i64) {
        *self = Self { generation: self.generation + 1, ..Self::new(now_ms) };
    }

    /// Replaces the key by one that expires when the old one would have (重置登录态).
    pub(crate) fn reset(&mut self) {
        self.key = SessionKey::random();
        self.generation += 1;
    }

    /// Replaces the key when a code is created, unless it is younger than the minimum refresh period (小程序登录,
    /// 检验登录态). A key that stays lives longer, because it was used.
    pub(crate) fn rotate_if_due(&mut self, periods: KeyPeriods, now_ms: i64) {
        let age_ms = now_ms.saturating_sub(self.created_ms);
        if age_ms >= periods.min_refresh_ms || self.is_expired(periods, now_ms) {
            self.rotate(now_ms);
        } else {
            self.last_login_ms = now_ms;
        }
    }
}
