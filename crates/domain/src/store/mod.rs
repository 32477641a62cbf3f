//! The store: the repositories of every feature, outside or inside one transaction.

use std::{error::Error, sync::Arc};

use async_trait::async_trait;

use crate::{
    event::Events, identity::Identities, key_ring::KeyRings, login::LoginAttempts, profile::Users,
    session::Sessions,
};

/// The store did not do what it was asked: it is out of reach, or says no for reasons of its own.
/// Business answers (somebody else was first, no such row) are never errors.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the store failed")]
pub struct StoreError {
    retryable: bool,
    source: Arc<dyn Error + Send + Sync>,
}

impl StoreError {
    /// A failure that the same unit of work, begun again, may not meet: a deadlock, a lost
    /// connection, a lock waited for too long.
    pub fn passing(source: impl Error + Send + Sync + 'static) -> Self {
        Self { retryable: true, source: Arc::new(source) }
    }

    /// A failure that repeats itself.
    pub fn lasting(source: impl Error + Send + Sync + 'static) -> Self {
        Self { retryable: false, source: Arc::new(source) }
    }

    /// Whether the same unit of work, begun again, may succeed.
    pub const fn is_retryable(&self) -> bool {
        self.retryable
    }
}

/// How an attempt to add a row with a unique key ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Insertion {
    /// The row is there now.
    Added,
    /// Another row with the same key was there before; nothing changed.
    Taken,
}

/// The repositories, wherever they run: on a pooled connection or inside one transaction.
pub trait Repositories: Send + Sync {
    /// People who registered.
    fn users(&self) -> &dyn Users;
    /// Who WeChat says they are.
    fn identities(&self) -> &dyn Identities;
    /// The session keys of each identity.
    fn key_rings(&self) -> &dyn KeyRings;
    /// Who is logged in.
    fn sessions(&self) -> &dyn Sessions;
    /// Which codes are being or were exchanged.
    fn login_attempts(&self) -> &dyn LoginAttempts;
    /// What happened.
    fn events(&self) -> &dyn Events;
}

/// The repositories with every call its own transaction, and the way to a longer one.
#[async_trait]
pub trait Store: Repositories {
    /// Begins a unit of work. Never await the network while one is open.
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError>;

    /// Begins a unit of work that hopes to be alone, and locks nothing until it is committed.
    ///
    /// What it reads is what was committed before, without its own changes. Each change is answered
    /// as if nobody else made one. The commit finds out: where what it stands on was changed
    /// meanwhile, or a key is taken, nothing of it is done, and it fails as [passing]. Where a
    /// change cannot be answered in advance, that call fails so. A draft that failed is for
    /// [`begin`](Store::begin) to repeat.
    ///
    /// A store that has no cheaper way begins one that locks.
    ///
    /// [passing]: StoreError::is_retryable
    async fn draft(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        self.begin().await
    }

    /// Answers if the store is in reach.
    async fn ping(&self) -> Result<(), StoreError>;
}

/// The repositories inside one transaction. Dropped without [`commit`](UnitOfWork::commit), all
/// of it is undone.
///
/// A call that answers nothing may be carried out as late as right before the next one that does,
/// or before the commit, and that one then tells of its failure. After a failure a unit of work
/// can only be dropped.
#[async_trait]
pub trait UnitOfWork: Repositories {
    /// Makes what was done last, all of it at once.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// How often a unit of work is begun again after a passing failure.
const ATTEMPTS: usize = 4;

/// Runs `work`, and again where it failed for a passing reason: a unit of work that lost a
/// deadlock is expected to be repeated.
pub(crate) async fn repeat_passing<T, E, F>(mut work: impl FnMut() -> F) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
    E: PassingFailure,
{
    for _ in 1..ATTEMPTS {
        match work().await {
            Err(error) if error.is_passing() => {}
            done => return done,
        }
    }
    work().await
}

/// Runs `work` on a draft. Where that fails for a passing reason, as when somebody else was faster,
/// it runs again on units of work that lock.
pub(crate) async fn draft_first<T, E, F>(
    store: &dyn Store,
    mut work: impl FnMut(Box<dyn UnitOfWork>) -> F,
) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
    E: PassingFailure + From<StoreError>,
{
    let mut outcome = match store.draft().await {
        Ok(draft) => work(draft).await,
        Err(error) => Err(error.into()),
    };
    for _ in 1..ATTEMPTS {
        match outcome {
            Err(error) if error.is_passing() => {}
            done => return done,
        }
        outcome = match store.begin().await {
            Ok(unit) => work(unit).await,
            Err(error) => Err(error.into()),
        };
    }
    outcome
}

/// An error that knows whether repeating the work may help.
pub(crate) trait PassingFailure {
    fn is_passing(&self) -> bool;
}

impl PassingFailure for StoreError {
    fn is_passing(&self) -> bool {
        self.is_retryable()
    }
}
