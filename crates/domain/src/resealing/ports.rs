use async_trait::async_trait;

use super::{SealedKind, SealedRow, SealedRowId, SealingWork};
use crate::{sealing::Sealed, store_error::StoreError};

/// A change to sealed rows, or to what is on record of the work on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealingChange {
    /// Writes `next` into the row. Conflicts where the row does not hold `seen`.
    Reseal {
        /// Which row.
        id: SealedRowId,
        /// What was read.
        seen: Sealed,
        /// The same secret, sealed anew.
        next: Sealed,
    },
    /// Records the first work. Conflicts where there is one.
    AddWork(SealingWork),
    /// Writes the work and counts its version up. Conflicts where the version on record is not the one that is given
    /// here.
    UpdateWork(SealingWork),
}

/// The rows that hold sealed secrets for long, and the work on them.
#[async_trait]
pub trait SealedRows: Send + Sync {
    /// The rows of a kind that come after `after`, at most `limit`, in an order that does not change.
    async fn page(
        &self,
        kind: SealedKind,
        after: Option<&SealedRowId>,
        limit: u32,
    ) -> Result<Vec<SealedRow>, StoreError>;

    /// How many rows of a kind there are.
    async fn count(&self, kind: SealedKind) -> Result<u64, StoreError>;

    /// The work on record.
    async fn work(&self) -> Result<Option<SealingWork>, StoreError>;
}
