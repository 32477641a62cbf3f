//! The store did not do what it was asked.

use std::{error::Error, sync::Arc};

/// The store is out of reach, or refuses for reasons of its own. Business answers (another request
/// was first, no such row) are never errors.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the store failed")]
pub struct StoreError {
    retryable: bool,
    source: Arc<dyn Error + Send + Sync>,
}

impl StoreError {
    /// A failure that another attempt may not meet, and after which nothing was done: a deadlock, a
    /// lost connection, a lock waited for too long.
    pub fn passing(source: impl Error + Send + Sync + 'static) -> Self {
        Self { retryable: true, source: Arc::new(source) }
    }

    /// A failure that repeats itself, or after which it is not known what was done.
    pub fn lasting(source: impl Error + Send + Sync + 'static) -> Self {
        Self { retryable: false, source: Arc::new(source) }
    }

    /// Whether another attempt may succeed.
    pub const fn is_retryable(&self) -> bool {
        self.retryable
    }
}
