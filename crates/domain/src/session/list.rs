use std::sync::Arc;

use super::{AuthenticateError, Caller, Session, person::PersonRecord};
use crate::{
    recovery::{Recover, Recovery},
    store::Store,
    store_error::StoreError,
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
    /// The caller's session opens nothing any more.
    #[error(transparent)]
    Session(#[from] AuthenticateError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for ListSessionsError {
    fn recover(&self) -> Recover {
        match self {
            Self::Session(error) => error.recover(),
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Lists where a person is logged in: across all apps for a registered user, at this app for one who
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
        let now = self.clock.now();
        let own = self.store.sessions().presented(&caller.token_hash).await?;
        let own = own.ok_or(AuthenticateError::Unknown)?.admitted(now)?;
        let person = PersonRecord::of(&*self.store, &own.record).await?.person();
        let live = self.store.sessions().live_of(&person, now, LISTED_AT_MOST).await?;
        let listed = |session: Session| ListedSession { is_current: session.id == own.session.id, session };
        Ok(live.into_iter().map(listed).collect())
    }
}
