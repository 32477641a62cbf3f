use std::sync::Arc;

use super::{ProfileChange, User, change::WriteProfile};
use crate::{
    event::EventKind,
    ids::Ids,
    key_ring::{Fit, Grace},
    open_data::{Freshness, OpenData, OpenDataFault, Opening, OpeningError, Payload, SignedData},
    recovery::Recover,
    sealing::{SealError, Sealer},
    session::{Caller, ClientInfo, Session},
    store::{Store, StoreError, repeat_passing},
    time::Clock,
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
    /// The session ended meanwhile, or its user is gone.
    #[error("the session was ended")]
    SessionEnded,
    /// The current key at rest cannot be opened any more; a login brings another.
    #[error("the session_key on record cannot be opened")]
    KeyLost(#[source] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RefreshProfileError {
    /// What the client should do next.
    pub fn recover(&self) -> Recover {
        match self {
            Self::NotRegistered => Recover::Register,
            Self::SignatureMismatch | Self::Undecryptable(_) | Self::NotFresh => Recover::CollectAgain,
            Self::SessionEnded | Self::KeyLost(_) => Recover::LoginAgain,
            Self::Store(_) => Recover::Retry,
        }
    }
}

impl From<OpeningError> for RefreshProfileError {
    fn from(error: OpeningError) -> Self {
        match error {
            OpeningError::SignatureMismatch => Self::SignatureMismatch,
            OpeningError::Undecryptable(fault) => Self::Undecryptable(fault),
            OpeningError::KeyLost(error) => Self::KeyLost(error),
        }
    }
}

/// Refreshes a registered user's profile from open data.
pub struct RefreshProfile {
    store: Arc<dyn Store>,
    open_data: Arc<dyn OpenData>,
    sealer: Arc<dyn Sealer>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    grace: Grace,
    freshness: Freshness,
}

impl RefreshProfile {
    /// Refreshes what `store` holds.
    pub fn new(
        store: Arc<dyn Store>,
        open_data: Arc<dyn OpenData>,
        sealer: Arc<dyn Sealer>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        grace: Grace,
        freshness: Freshness,
    ) -> Self {
        Self { store, open_data, sealer, clock, ids, grace, freshness }
    }

    /// The user with the profile that the data tells. What it does not tell stays as it was.
    pub async fn execute(&self, command: RefreshProfileCommand) -> Result<Refreshed, RefreshProfileError> {
        let user_id = command.caller.state.user_id().ok_or(RefreshProfileError::NotRegistered)?;
        let session = self.store.sessions().find(command.caller.session_id).await?;
        let session = session.ok_or(RefreshProfileError::SessionEnded)?;
        let (fit, change) = self.read(&session, &command).await?;
        let writing = WriteProfile { store: &*self.store, clock: &*self.clock, ids: &*self.ids };
        let write =
            || writing.write(user_id, &session, &change, EventKind::ProfileRefreshed, &command.client);
        let user = repeat_passing(write).await?.ok_or(RefreshProfileError::SessionEnded)?;
        Ok(Refreshed { user, fit })
    }

    async fn read(
        &self,
        session: &Session,
        command: &RefreshProfileCommand,
    ) -> Result<(Fit, ProfileChange), RefreshProfileError> {
        let now = self.clock.now();
        let opening = Opening {
            keys: self.store.key_rings().load(&session.identity).await?,
            sealer: &*self.sealer,
            open_data: &*self.open_data,
            grace: self.grace,
            now,
        };
        let signed = command.signed.as_ref();
        let (fit, opened) = opening.open(&session.identity, signed, &command.payload)?;
        if !opened.is_fresh(self.freshness, now) {
            return Err(RefreshProfileError::NotFresh);
        }
        // What was signed is better than what was only encrypted: a ciphertext without a MAC can
        // be altered.
        let signed = signed.and_then(|signed| self.open_data.profile_in(&signed.raw_data));
        Ok((fit, ProfileChange::to_what_is_told(signed.unwrap_or(opened.profile))))
    }
}
