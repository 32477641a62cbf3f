use async_trait::async_trait;

use super::{Hour, HourlyCount};
use crate::store_error::StoreError;

/// A change to the hourly counts on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HourlyCountChange {
    /// Adds to the count on record, if there is one. Never conflicts.
    Add(HourlyCount),
}

/// The hourly counts on record.
#[async_trait]
pub trait HourlyCounts: Send + Sync {
    /// The counts of `hour` and of every later hour, sorted by what they count. Failures and errcodes, which differ so
    /// much that there are many, are summed up, as if all of them had been in `hour`.
    async fn since(&self, hour: Hour) -> Result<Vec<HourlyCount>, StoreError>;

    /// Removes up to `limit` of the oldest counts, of those before `before`, and returns how many were removed.
    async fn sweep(&self, before: Hour, limit: u32) -> Result<u64, StoreError>;
}
