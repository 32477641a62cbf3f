//! The store: what is on record, and the one way to change it.
//!
//! A use case reads, decides and commits, in that order. What it decided is a list of [`Changes`],
//! each with the guard it was decided on. Where somebody changed that meanwhile, the commit is a
//! [`Committed::Conflict`], and the use case reads and decides again.

mod changes;
mod features;
mod settle;

use async_trait::async_trait;

pub use changes::Changes;
pub use features::{Change, Repositories};
pub use settle::Attempt;

pub use crate::store_error::StoreError;
use crate::time::Timestamp;

/// How a commit ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// All of it was done, and lasts.
    Done,
    /// Nothing of it was done: something that it was decided on had changed.
    Conflict,
}

/// What is on record, and the one way to change it.
#[async_trait]
pub trait Store: Send + Sync {
    /// What is on record.
    fn repositories(&self) -> &dyn Repositories;

    /// Does all of `changes`, or none of it.
    async fn commit(&self, changes: Changes) -> Result<Committed, StoreError>;

    /// Returns once the store has answered a read, and written something that lasts: one that is full, or
    /// that became read-only, fails.
    async fn ping(&self) -> Result<(), StoreError>;

    /// The time on the store's own clock; `None` where that is this machine's.
    async fn time(&self) -> Result<Option<Timestamp>, StoreError>;
}
