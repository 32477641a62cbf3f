use std::time::Duration;

use quick_cache::sync::Cache;

use super::CodeKey;
use crate::time::Timestamp;

/// How long a code could have been valid (the pages of wx.login and of the phone button).
const VALID_FOR: Duration = Duration::from_mins(5);

/// The most codes that are remembered, a few megabytes.
const CAPACITY: usize = 10_000;

/// The codes that WeChat refused, each with its error. It is not asked again for as long as the code could
/// have been valid: the answer would be the same, and each call counts against the app's limits.
pub(crate) struct RefusedCodes<E> {
    refused: Cache<CodeKey, Refused<E>>,
}

#[derive(Clone)]
struct Refused<E> {
    error: E,
    until: Timestamp,
}

impl<E: Clone> RefusedCodes<E> {
    pub(crate) fn new() -> Self {
        Self { refused: Cache::new(CAPACITY) }
    }

    /// Why WeChat refused this code, if it did.
    pub(crate) fn find(&self, code: &CodeKey, now: Timestamp) -> Option<E> {
        self.refused.get(code).filter(|refused| now < refused.until).map(|refused| refused.error)
    }

    /// Remembers that WeChat refused the code.
    pub(crate) fn insert(&self, code: CodeKey, error: E, now: Timestamp) {
        self.refused.insert(code, Refused { error, until: now.plus(VALID_FOR) });
    }
}
