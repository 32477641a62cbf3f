use super::{Change, Changes, Committed, Store, StoreError};

/// How often at most a use case decides. Each conflict means that another commit about the same
/// person succeeded, so with fewer than so many concurrent requests for one person, each of them
/// comes through.
const DECISIONS: u32 = 128;

/// How often a commit is repeated that failed without having done anything.
const RETRIES: u32 = 3;

/// One attempt of a use case: what it decided, and what its outcome is once that is committed.
#[derive(Clone, Debug)]
pub struct Attempt<T> {
    changes: Changes,
    outcome: T,
}

impl<T> Attempt<T> {
    /// The outcome once `changes` are committed.
    pub const fn new(changes: Changes, outcome: T) -> Self {
        Self { changes, outcome }
    }

    /// The same attempt, with another outcome made of this one.
    pub(crate) fn map<U>(self, into: impl FnOnce(T) -> U) -> Attempt<U> {
        Attempt { changes: self.changes, outcome: into(self.outcome) }
    }

    /// The same attempt with further changes.
    pub(crate) fn with<C: Into<Change>>(mut self, changes: impl IntoIterator<Item = C>) -> Self {
        self.changes.extend(changes);
        self
    }

    /// An outcome for which nothing has to change.
    pub fn unchanged(outcome: T) -> Self {
        Self { changes: Changes::default(), outcome }
    }
}

impl dyn Store + '_ {
    /// Runs `attempt`, which reads and decides, and commits what it decided. On a conflict it starts
    /// over, a bounded number of times: it then reads what the other wrote.
    pub(crate) async fn settle<T, E, F>(&self, mut attempt: impl FnMut() -> F) -> Result<T, E>
    where
        F: Future<Output = Result<Attempt<T>, E>>,
        E: From<StoreError>,
    {
        let mut failures = 0;
        for number in 0..DECISIONS {
            let Attempt { changes, outcome } = attempt().await?;
            if changes.is_empty() {
                return Ok(outcome);
            }
            match self.commit(changes.at_attempt(number)).await {
                Ok(Committed::Done) => return Ok(outcome),
                Ok(Committed::Conflict) => {}
                Err(error) if error.is_retryable() && failures < RETRIES => failures += 1,
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::passing(Contention).into())
    }
}

/// Others were first too many times.
#[derive(Debug, thiserror::Error)]
#[error("too many concurrent changes to the same person")]
struct Contention;
