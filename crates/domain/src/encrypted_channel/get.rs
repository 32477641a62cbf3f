use std::{sync::Arc, time::Duration};

use super::{EncryptKey, EncryptKeys, EncryptKeysError};
use crate::{
    key_ring::current_key,
    recovery::{Recover, Recovery},
    sealing::{SealError, Sealer},
    service::{Scope, Service, ServiceError},
    session::{NamedSessionError, SessionReference},
    signature::Signer,
    store::Store,
    store_error::StoreError,
    time::Clock,
    wechat::CallError,
};

/// What getting keys needs of the world.
#[derive(Clone)]
pub struct GetEncryptKeysPorts {
    /// Where sessions and session_keys are kept.
    pub store: Arc<dyn Store>,
    /// WeChat.
    pub encrypt_keys: Arc<dyn EncryptKeys>,
    /// Signs with the session_key.
    pub signer: Arc<dyn Signer>,
    /// Opens the session_key.
    pub sealer: Arc<dyn Sealer>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
}

/// A service asks for the keys of a user.
#[derive(Clone, Debug)]
pub struct GetEncryptKeysCommand {
    /// The service.
    pub service: Service,
    /// The user's session.
    pub session: SessionReference,
}

/// Why a service gets no keys.
#[derive(Clone, Debug, thiserror::Error)]
pub enum GetEncryptKeysError {
    /// The service may not have them.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The user's session opens nothing.
    #[error(transparent)]
    Session(#[from] NamedSessionError),
    /// The session_key is no longer the current one; a login brings another.
    #[error("the session_key is stale")]
    Stale,
    /// The session_key at rest cannot be opened any more; a login brings another.
    #[error("the session_key on record cannot be opened")]
    KeyLost(#[source] SealError),
    /// WeChat gave none.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for GetEncryptKeysError {
    fn recover(&self) -> Recover {
        match self {
            Self::Service(error) => error.recover(),
            Self::Session(error) => error.recover(),
            Self::Stale | Self::KeyLost(_) => Recover::LoginAgain,
            Self::Call(error) => error.recover(),
            Self::Store(_) => Recover::Retry,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Call(error) => error.retry_after(),
            Self::Service(_) | Self::Session(_) | Self::Stale | Self::KeyLost(_) | Self::Store(_) => {
                self.recover().retry_after()
            }
        }
    }
}

impl From<EncryptKeysError> for GetEncryptKeysError {
    fn from(error: EncryptKeysError) -> Self {
        match error {
            EncryptKeysError::Stale => Self::Stale,
            EncryptKeysError::Call(error) => Self::Call(error),
        }
    }
}

/// Gives services the keys of a user's encrypted channel.
pub struct GetEncryptKeys {
    ports: GetEncryptKeysPorts,
}

impl GetEncryptKeys {
    /// Gets keys with these ports.
    pub const fn new(ports: GetEncryptKeysPorts) -> Self {
        Self { ports }
    }

    /// The latest keys, at most three. Only the newest session_key is used.
    pub async fn execute(
        &self,
        command: GetEncryptKeysCommand,
    ) -> Result<Vec<EncryptKey>, GetEncryptKeysError> {
        let GetEncryptKeysPorts { store, encrypt_keys, signer, sealer, clock } = &self.ports;
        command.service.check_scope(Scope::Sign)?;
        let presented = command.session.find(&**store).await?;
        let identity = presented.record.identity.id.clone();
        command.service.check_app(&identity.app_id)?;
        let presented = presented.admitted(clock.now()).map_err(NamedSessionError::from)?;
        let key = current_key(&presented.record.keys, &**sealer, &identity);
        let key = key.map_err(GetEncryptKeysError::KeyLost)?.ok_or(GetEncryptKeysError::Stale)?;
        Ok(encrypt_keys.latest(&identity, &signer.sign(&key, b"")).await?)
    }
}
