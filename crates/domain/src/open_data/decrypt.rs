use std::sync::Arc;

use super::{OpenDataFault, OpenedData, Opener, OpeningError, Payload, SignedData};
use crate::{
    key_ring::Fit,
    recovery::{Recover, Recovery},
    sealing::SealError,
    session::{AuthenticateError, Caller},
    store::Store,
    store_error::StoreError,
    time::Clock,
};

/// Open data to decrypt.
#[derive(Clone, Debug)]
pub struct DecryptOpenDataCommand {
    /// Who asks.
    pub caller: Caller,
    /// The encrypted data.
    pub payload: Payload,
    /// `rawData` and its signature, where the wx call gave them.
    pub signed: Option<SignedData>,
}

/// Decrypted open data.
#[derive(Clone, Debug)]
pub struct Decrypted {
    /// The data.
    pub data: OpenedData,
    /// Which key fitted.
    pub fit: Fit,
}

/// Why open data was not decrypted.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DecryptOpenDataError {
    /// The signature fits no key this server holds.
    #[error("the signature fits no session_key on record")]
    SignatureMismatch,
    /// The data does not decrypt, or was not made for this session. The cause is for logs only.
    #[error("the data could not be decrypted")]
    Undecryptable(OpenDataFault),
    /// The session opens nothing any more.
    #[error(transparent)]
    Session(#[from] AuthenticateError),
    /// The current key at rest cannot be opened any more; a login brings another.
    #[error("the session_key on record cannot be opened")]
    KeyLost(#[source] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for DecryptOpenDataError {
    fn recover(&self) -> Recover {
        match self {
            Self::SignatureMismatch | Self::Undecryptable(_) => Recover::CollectAgain,
            Self::Session(error) => error.recover(),
            Self::KeyLost(_) => Recover::LoginAgain,
            Self::Store(_) => Recover::Retry,
        }
    }
}

impl From<OpeningError> for DecryptOpenDataError {
    fn from(error: OpeningError) -> Self {
        match error {
            OpeningError::SignatureMismatch => Self::SignatureMismatch,
            OpeningError::Undecryptable(fault) => Self::Undecryptable(fault),
            OpeningError::KeyLost(error) => Self::KeyLost(error),
        }
    }
}

/// Decrypts any open data of the caller's: steps, group ids and whatever WeChat adds. Nothing is
/// changed by it, so the watermark's age does not matter; whose it is does.
pub struct DecryptOpenData {
    store: Arc<dyn Store>,
    opener: Opener,
    clock: Arc<dyn Clock>,
}

impl DecryptOpenData {
    /// Decrypts with the keys in `store`.
    pub fn new(store: Arc<dyn Store>, opener: Opener, clock: Arc<dyn Clock>) -> Self {
        Self { store, opener, clock }
    }

    /// The data, and which key fitted.
    pub async fn execute(&self, command: DecryptOpenDataCommand) -> Result<Decrypted, DecryptOpenDataError> {
        let now = self.clock.now();
        let presented = self.store.sessions().presented(&command.caller.token_hash).await?;
        let presented = presented.ok_or(AuthenticateError::Unknown)?.admitted(now)?;
        let signed = command.signed.as_ref();
        let (fit, data) = self.opener.open(&presented.record, signed, &command.payload, now)?;
        Ok(Decrypted { data, fit })
    }
}
