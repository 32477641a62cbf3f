//! The problems of errors that many use cases share. The errors of a use case become problems beside its
//! routes. No match has a wildcard: a new variant does not compile until it has a problem.

use domain::{sealing::SealError, store::StoreError};

use super::{Problem, ProblemCode};
use crate::error_chain::error_chain;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::new(ProblemCode::StoreUnavailable).with_cause(error_chain(&error))
    }
}

impl From<SealError> for Problem {
    fn from(error: SealError) -> Self {
        Self::new(ProblemCode::KeyUnavailable).with_cause(error.to_string())
    }
}

/// The problem of a session key that cannot be opened any more.
pub(crate) fn key_lost(error: SealError) -> Problem {
    Problem::new(ProblemCode::KeyLost).with_cause(error.to_string())
}

#[cfg(test)]
pub(crate) mod tests {
    use std::{fmt::Debug, time::Duration};

    use domain::recovery::Recovery;

    use super::*;

    pub(crate) fn store_error() -> StoreError {
        StoreError::lasting(std::io::Error::other("out of reach"))
    }

    /// Each error becomes a problem that recovers as the domain says, and whose body does not contain
    /// the internal cause.
    pub(crate) fn assert_recovery<E: Recovery + Into<Problem> + Debug>(errors: impl IntoIterator<Item = E>) {
        for error in errors {
            let (name, recover, retry_after) = (format!("{error:?}"), error.recover(), error.retry_after());
            let problem = error.into();
            let kind = problem.code().kind();
            assert_eq!(kind.recover, recover, "{name}");
            assert_eq!(kind.retry_after.map(Duration::from_secs), retry_after, "{name}");
            if problem.internal_cause().is_some() {
                assert_eq!(problem.body("id"), Problem::new(problem.code()).body("id"), "{name}");
            }
        }
    }
}
