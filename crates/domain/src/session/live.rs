use std::sync::{Arc, Mutex, PoisonError};

use crate::{
    store::Store,
    store_error::StoreError,
    time::{Clock, Timestamp},
};

/// How many sessions were live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveSessions {
    /// How many.
    pub count: u64,
    /// When they were counted.
    pub counted_at: Timestamp,
}

/// Counts the live sessions from time to time. Counting reads an index from end to end, so nobody waits for it.
pub struct CountLiveSessions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    latest: Mutex<Option<LiveSessions>>,
}

impl CountLiveSessions {
    /// Counts in `store`.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, latest: Mutex::default() }
    }

    /// Counts. Run every few minutes.
    pub async fn execute(&self) -> Result<LiveSessions, StoreError> {
        let counted_at = self.clock.now();
        let live = LiveSessions { count: self.store.sessions().count_live(counted_at).await?, counted_at };
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(live);
        Ok(live)
    }

    /// The latest count; `None` before the first.
    pub fn latest(&self) -> Option<LiveSessions> {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
