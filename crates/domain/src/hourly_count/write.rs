use std::sync::Arc;

use super::{HourlyCountChange, Tally};
use crate::{store::Store, store_error::StoreError};

/// Adds what was counted to what is on record. Run every second or so, and before the process ends.
pub struct WriteHourlyCounts {
    store: Arc<dyn Store>,
    tally: Arc<Tally>,
}

impl WriteHourlyCounts {
    /// Writes `tally` to `store`.
    pub const fn new(store: Arc<dyn Store>, tally: Arc<Tally>) -> Self {
        Self { store, tally }
    }

    /// Writes what was counted. It is counted again if the store failed without having done anything; otherwise it
    /// might be counted twice, and is given up.
    pub async fn execute(&self) -> Result<(), StoreError> {
        let taken = self.tally.take();
        let changes = taken.iter().cloned().map(HourlyCountChange::Add).collect();
        let committed = self.store.commit(changes).await;
        if committed.as_ref().is_err_and(StoreError::is_retryable) {
            self.tally.put_back(taken);
        }
        committed.map(drop)
    }
}
