use std::sync::Arc;

use super::{Caller, Session};
use crate::{
    recovery::Recover,
    store::{Store, StoreError},
    time::Clock,
};

/// The most sessions that are listed.
const LISTED_AT_MOST: u32 = 100;

/// A session in its owner's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSession {
    /// The session.
    pub session: Session,
    /// Whether it is the one that asked.
    pub is_current: bool,
}

/// Why sessions could not be listed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ListSessionsError {
    /// The caller's session ended meanwhile.
    #[error("the session was ended")]
    Ended,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ListSessionsError {
    /// What the client should do next.
    pub fn recover(&self) -> Recover {
        match self {
            Self::Ended => Recover::LoginAgain,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Lists where a user is logged in: across all apps for a registered user, at this app for one who
/// is not.
pub struct ListSessions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl ListSessions {
    /// Lists what `store` holds.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// The caller's live sessions, newest first, at most 100.
    pub async fn execute(&self, caller: &Caller) -> Result<Vec<ListedSession>, ListSessionsError> {
        let sessions = self.store.sessions();
        let own = sessions.find(caller.session_id).await?.ok_or(ListSessionsError::Ended)?;
        let live = sessions.live_of(&own.owner(), self.clock.now(), LISTED_AT_MOST).await?;
        let listed = |session: Session| ListedSession { is_current: session.id == own.id, session };
        Ok(live.into_iter().map(listed).collect())
    }
}
