use std::{sync::Arc, time::Duration};

use super::{AuthenticateError, Caller};
use crate::{
    key_ring::current_key,
    recovery::{Recover, Recovery},
    sealing::Sealer,
    session_key_check::{KeyState, SessionKeyCheck},
    signature::Signer,
    store::Store,
    store_error::StoreError,
    time::Clock,
    wechat::CallError,
};

/// What checking a key needs of the world.
#[derive(Clone)]
pub struct CheckSessionKeyPorts {
    /// Where keys are kept.
    pub store: Arc<dyn Store>,
    /// Asks WeChat.
    pub check: Arc<dyn SessionKeyCheck>,
    /// Signs with the key.
    pub signer: Arc<dyn Signer>,
    /// Opens the key.
    pub sealer: Arc<dyn Sealer>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
}

/// Why it is not known whether a key is alive.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CheckSessionKeyError {
    /// The session opens nothing any more.
    #[error(transparent)]
    Session(#[from] AuthenticateError),
    /// WeChat gave no answer.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for CheckSessionKeyError {
    fn recover(&self) -> Recover {
        match self {
            Self::Session(error) => error.recover(),
            Self::Call(error) => error.recover(),
            Self::Store(_) => Recover::Retry,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Call(error) => error.retry_after(),
            Self::Session(_) | Self::Store(_) => self.recover().retry_after(),
        }
    }
}

/// Asks WeChat whether the newest session_key of a caller is alive.
pub struct CheckSessionKey {
    ports: CheckSessionKeyPorts,
}

impl CheckSessionKey {
    /// Checks with these ports.
    pub const fn new(ports: CheckSessionKeyPorts) -> Self {
        Self { ports }
    }

    /// Whether the newest key is alive. One that can no longer be opened here is as good as stale: a login
    /// brings another.
    pub async fn execute(&self, caller: &Caller) -> Result<KeyState, CheckSessionKeyError> {
        let CheckSessionKeyPorts { store, check, signer, sealer, clock } = &self.ports;
        let presented = caller.present(&**store, clock.now()).await?;
        let identity = &presented.record.identity.id;
        let Ok(Some(key)) = current_key(&presented.record.keys, &**sealer, identity) else {
            return Ok(KeyState::Stale);
        };
        Ok(check.check(identity, &signer.sign(&key, b"")).await?)
    }
}
