use std::sync::Arc;

use super::change::changed;
use crate::{
    client::{ClientInfo, Origin},
    event::EventKind,
    ids::{EventId, Ids},
    key_ring::Fit,
    open_data::{OpenDataFault, Opener, OpeningError, Payload, ProofError, SignedData},
    recovery::{Recover, Recovery},
    sealing::SealError,
    session::{AuthenticateError, Caller},
    store::{Attempt, Store},
    store_error::StoreError,
    time::Clock,
    user::{ProfileChange, User},
};

/// Open data with a newer profile ("getinfo").
#[derive(Clone, Debug)]
pub struct RefreshProfileCommand {
    /// Who asks.
    pub caller: Caller,
    /// The encrypted profile.
    pub payload: Payload,
    /// `rawData` and its signature, where they were sent.
    pub signed: Option<SignedData>,
    /// From where.
    pub client: ClientInfo,
}

/// A refreshed profile.
#[derive(Clone, Debug)]
pub struct Refreshed {
    /// The user as they are now.
    pub user: User,
    /// Which key fitted.
    pub fit: Fit,
}

/// Why a profile was not refreshed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RefreshProfileError {
    /// The caller has not registered.
    #[error("the session is not registered")]
    NotRegistered,
    /// The signature fits no key this server holds.
    #[error("the signature fits no session_key on record")]
    SignatureMismatch,
    /// The data does not decrypt, or was not made for this session. The cause is for logs only.
    #[error("the data could not be decrypted")]
    Undecryptable(OpenDataFault),
    /// The watermark is too old, or too far ahead.
    #[error("the data is not fresh")]
    NotFresh,
    /// The unsigned data is of another kind than that of `wx.getUserInfo`.
    #[error("the data is not user info")]
    NotUserInfo,
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

impl Recovery for RefreshProfileError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotRegistered => Recover::Register,
            Self::SignatureMismatch | Self::Undecryptable(_) | Self::NotFresh => Recover::CollectAgain,
            Self::Session(error) => error.recover(),
            Self::NotUserInfo => Recover::FixRequest,
            Self::KeyLost(_) => Recover::LoginAgain,
            Self::Store(_) => Recover::Retry,
        }
    }
}

impl From<ProofError> for RefreshProfileError {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Opening(OpeningError::SignatureMismatch) => Self::SignatureMismatch,
            ProofError::Opening(OpeningError::Undecryptable(fault)) => Self::Undecryptable(fault),
            ProofError::Opening(OpeningError::KeyLost(error)) => Self::KeyLost(error),
            ProofError::NotFresh => Self::NotFresh,
            ProofError::NotUserInfo => Self::NotUserInfo,
        }
    }
}

/// What a refresh needs of the world.
#[derive(Clone)]
pub struct RefreshProfilePorts {
    /// Where sessions, keys and users are kept.
    pub store: Arc<dyn Store>,
    /// Verifies and decrypts.
    pub opener: Opener,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Mints ids of events.
    pub ids: Arc<dyn Ids>,
}

/// Refreshes a registered user's profile from open data.
pub struct RefreshProfile {
    ports: RefreshProfilePorts,
}

impl RefreshProfile {
    /// Refreshes profiles with these ports.
    pub const fn new(ports: RefreshProfilePorts) -> Self {
        Self { ports }
    }

    /// The user with the profile that the data shows. What it does not show stays as it was.
    pub async fn execute(&self, command: RefreshProfileCommand) -> Result<Refreshed, RefreshProfileError> {
        self.ports.store.settle(|| self.attempt(&command)).await
    }

    async fn attempt(
        &self,
        command: &RefreshProfileCommand,
    ) -> Result<Attempt<Refreshed>, RefreshProfileError> {
        let RefreshProfilePorts { store, opener, clock, ids } = &self.ports;
        let RefreshProfileCommand { caller, payload, signed, client } = command;
        let origin = Origin { at: clock.now(), client: client.clone() };
        let presented = caller.present(&**store, origin.at).await?;
        if presented.user().is_none() {
            return Err(RefreshProfileError::NotRegistered);
        }
        let proof = opener.prove(&presented.record, signed.as_ref(), payload, origin.at)?;
        let change = ProfileChange::to_what_is_disclosed(proof.profile);
        let event = (EventId::mint(&**ids, origin.at), EventKind::ProfileRefreshed);
        let changed = changed(&presented, &change, event, &origin);
        let changed = changed.ok_or(RefreshProfileError::NotRegistered)?;
        Ok(changed.map(|user| Refreshed { user, fit: proof.fit }))
    }
}
