use std::sync::{Arc, Mutex, PoisonError};

use crate::{
    store::Store,
    store_error::StoreError,
    time::{Clock, Timestamp},
};

/// So few sessions are counted anew whenever somebody asks.
const FEW: u64 = 10_000;

/// How many sessions were live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveSessions {
    /// How many.
    pub count: u64,
    /// When they were counted.
    pub counted_at: Timestamp,
}

/// Counts the live sessions from time to time. Counting reads an index from end to end, so nobody waits for it where there
/// are many.
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

    /// Counts. Run every minute.
    pub async fn execute(&self) -> Result<LiveSessions, StoreError> {
        let counted_at = self.clock.now();
        let live = LiveSessions { count: self.store.sessions().count_live(counted_at).await?, counted_at };
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(live);
        Ok(live)
    }

    /// The latest count, or a new one where there were few; `None` before the first.
    pub(crate) async fn known(&self) -> Result<Option<LiveSessions>, StoreError> {
        let latest = *self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        match latest {
            Some(latest) if latest.count < FEW => self.execute().await.map(Some),
            latest => Ok(latest),
        }
    }
}
