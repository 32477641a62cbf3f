use std::sync::Arc;

use super::{ProfileChange, User, UserId};
use crate::{
    event::{Event, EventId, EventKind},
    ids::Ids,
    recovery::Recover,
    session::{Caller, ClientInfo, Session},
    store::{Store, StoreError, repeat_passing},
    time::Clock,
};

/// A typed-in change of the caller's profile.
#[derive(Clone, Debug)]
pub struct ChangeProfileCommand {
    /// Who asks.
    pub caller: Caller,
    /// What changes.
    pub change: ProfileChange,
    /// From where.
    pub client: ClientInfo,
}

/// Why a profile was not changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ChangeProfileError {
    /// The caller has not registered.
    #[error("the session is not registered")]
    NotRegistered,
    /// The session ended meanwhile, or its user is gone.
    #[error("the session was ended")]
    SessionEnded,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ChangeProfileError {
    /// What the client should do next.
    pub fn recover(&self) -> Recover {
        match self {
            Self::NotRegistered => Recover::Register,
            Self::SessionEnded => Recover::LoginAgain,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Changes what a user shows of themselves, as they typed it in.
pub struct ChangeProfile {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl ChangeProfile {
    /// Changes what `store` holds.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self { store, clock, ids }
    }

    /// The user with the change made.
    pub async fn execute(&self, command: ChangeProfileCommand) -> Result<User, ChangeProfileError> {
        let user_id = command.caller.state.user_id().ok_or(ChangeProfileError::NotRegistered)?;
        let session = self.store.sessions().find(command.caller.session_id).await?;
        let session = session.ok_or(ChangeProfileError::SessionEnded)?;
        let writing = WriteProfile { store: &*self.store, clock: &*self.clock, ids: &*self.ids };
        let write =
            || writing.write(user_id, &session, &command.change, EventKind::ProfileChanged, &command.client);
        repeat_passing(write).await?.ok_or(ChangeProfileError::SessionEnded)
    }
}

/// Writes a profile and the event beside it.
pub(super) struct WriteProfile<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) clock: &'a dyn Clock,
    pub(super) ids: &'a dyn Ids,
}

impl WriteProfile<'_> {
    pub(super) async fn write(
        &self,
        user_id: UserId,
        session: &Session,
        change: &ProfileChange,
        kind: EventKind,
        client: &ClientInfo,
    ) -> Result<Option<User>, StoreError> {
        let at = self.clock.now();
        let work = self.store.begin().await?;
        let Some(user) = work.users().change_profile(user_id, change, at).await? else {
            return Ok(None);
        };
        let event = Event {
            id: EventId::new(self.ids.next(at)),
            kind,
            identity: session.identity.clone(),
            user_id: Some(user_id),
            session_id: Some(session.id),
            at,
            client: client.clone(),
        };
        work.events().append(&event).await?;
        work.commit().await?;
        Ok(Some(user))
    }
}
