//! The account of a user in an app.

use super::{
    encrypt_keys::EncryptKeys,
    keys::{CurrentKey, KeyPeriods},
};
use crate::{SimulatorError, signatures};

const MAX_DEVICES: usize = 64;

/// The account of a user in an app.
pub(crate) struct Account {
    pub(crate) openid: String,
    pub(crate) key: CurrentKey,
    pub(crate) encrypt_keys: EncryptKeys,
    /// By device, the key's generation when the device last obtained a code. A list, because there are few.
    devices: Vec<(Box<str>, u64)>,
}

/// Why a login-state signature is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignatureError {
    /// The user has no `session_key` that has not expired.
    NoKey,
    /// The signature is wrong, or made with a key that was replaced.
    Invalid,
}

impl Account {
    pub(crate) fn new(openid: String, now_ms: i64) -> Self {
        Self {
            openid,
            key: CurrentKey::new(now_ms),
            encrypt_keys: EncryptKeys::default(),
            devices: Vec::new(),
        }
    }

    /// Records that `device` obtained a code under the current key.
    pub(crate) fn record_login(&mut self, device: &str) -> Result<(), SimulatorError> {
        let generation = self.key.generation();
        if let Some((_, known)) = self.devices.iter_mut().find(|(name, _)| **name == *device) {
            *known = generation;
        } else if self.devices.len() < MAX_DEVICES {
            self.devices.push((device.into(), generation));
        } else {
            return Err(SimulatorError::LimitReached { field: "device", limit: MAX_DEVICES });
        }
        Ok(())
    }

    /// Whether the key has not changed since the device last obtained a code.
    pub(crate) fn has_current_key(&self, device: &str) -> bool {
        let known = self.devices.iter().find(|(name, _)| **name == *device);
        known.is_some_and(|(_, generation)| *generation == self.key.generation())
    }

    /// Checks a login-state signature (用户登录态签名). It has to be in lowercase, and made with the current
    /// key. A user has no key before the first login.
    pub(crate) fn verify(
        &self,
        message: &[u8],
        signature: &str,
        periods: KeyPeriods,
        now_ms: i64,
    ) -> Result<(), SignatureError> {
        if self.devices.is_empty() || self.key.is_expired(periods, now_ms) {
            return Err(SignatureError::NoKey);
        }
        if signatures::login_state(message, &self.key.key()) == signature {
            Ok(())
        } else {
            Err(SignatureError::Invalid)
        }
    }
}
