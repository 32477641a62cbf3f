use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use super::ClockOffset;
use crate::{store::Store, store_error::StoreError, time::Clock};

/// Compares the clock of this instance with the store's. Run at the start and every minute.
pub struct CompareClocks {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// In milliseconds.
    latest: AtomicI64,
}

impl CompareClocks {
    /// Compares `clock` with the clock of `store`.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, latest: AtomicI64::default() }
    }

    /// Measures the offset. A failure leaves the latest one as it is.
    pub async fn execute(&self) -> Result<ClockOffset, StoreError> {
        let asked = self.clock.now();
        let its_time = self.store.time().await?;
        let answered = self.clock.now();
        let offset =
            its_time.map(|its_time| ClockOffset::measured(asked, its_time, answered)).unwrap_or_default();
        self.latest.store(offset.as_millis(), Ordering::Relaxed);
        Ok(offset)
    }

    /// The offset that was measured last; none until the first was.
    pub fn latest(&self) -> ClockOffset {
        ClockOffset::from_millis(self.latest.load(Ordering::Relaxed))
    }
}
