use std::time::Duration;

use super::{AttemptOutcome, CodeAttempt, CodeAttemptChange, CodeKey};
use crate::{
    ids::OpenId,
    sealing::Sealed,
    session::{Digest, REPEATABLE_FOR},
    store::{Changes, Committed, Store},
    store_error::StoreError,
    time::Clock,
};

/// For how long the outcome of an exchange may still come: longer than any exchange may take.
const PENDING_FOR: Duration = Duration::from_secs(15);

/// How long a request waits for another instance's exchange.
const WAIT_TIMEOUT: Duration = Duration::from_secs(8);

/// How often it looks for the outcome meanwhile.
const POLL_INTERVAL: Duration = Duration::from_millis(25);

/// A request for a code that can be repeated. The first request claims the code on record before it is
/// exchanged; the others wait for the outcome.
pub(crate) struct Claim<'a> {
    pub(crate) store: &'a dyn Store,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) key: CodeKey,
    pub(crate) idempotency_hash: Digest,
    /// Whose phone code it is; `None` for the code of a login.
    pub(crate) openid: Option<OpenId>,
}

/// What a request has to do about its code.
pub(crate) enum Turn {
    /// Exchange it: the claim is this request's.
    Exchange(CodeAttempt),
    /// Take the outcome of another request's exchange.
    Take {
        attempt: CodeAttempt,
        outcome: Sealed,
        /// Whether this request was there while the other exchanged the code.
        has_waited: bool,
    },
    /// Decide about a claim whose outcome will not come any more: its instance stopped. Nobody knows whether
    /// the code was exchanged.
    Abandoned(CodeAttempt),
}

/// Why a code that can be repeated is neither exchanged nor taken.
#[derive(Debug)]
pub(crate) enum ClaimError {
    /// It was used by another attempt.
    CodeUsed,
    /// Its exchange takes longer than a request may.
    InProgress,
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for ClaimError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Claim<'_> {
    /// Claims the code, or waits for whoever has claimed it.
    pub(crate) async fn turn(&self) -> Result<Turn, ClaimError> {
        let gives_up_at = self.clock.now().plus(WAIT_TIMEOUT);
        let mut has_waited = false;
        loop {
            let now = self.clock.now();
            let Some(found) = self.store.code_attempts().find(&self.key).await? else {
                match self.claim(None).await? {
                    Some(ours) => return Ok(Turn::Exchange(ours)),
                    None => continue,
                }
            };
            match &found.outcome {
                // WeChat would refuse the code: it has expired, or the clock has jumped and it was used a moment ago.
                _ if now >= found.expires_at => return Err(ClaimError::CodeUsed),
                AttemptOutcome::Pending { until } if now >= *until => return Ok(Turn::Abandoned(found)),
                _ if found.idempotency_hash != self.idempotency_hash => return Err(ClaimError::CodeUsed),
                AttemptOutcome::Exchanged(outcome) => {
                    return Ok(Turn::Take { outcome: outcome.clone(), attempt: found, has_waited });
                }
                AttemptOutcome::Pending { .. } if now >= gives_up_at => return Err(ClaimError::InProgress),
                AttemptOutcome::Pending { .. } => {
                    has_waited = true;
                    self.clock.sleep(POLL_INTERVAL).await;
                }
            }
        }
    }

    /// Claims the code, in the place of an attempt that no longer counts, if there is one. `None` where
    /// another request was first.
    pub(crate) async fn claim(&self, seen: Option<CodeAttempt>) -> Result<Option<CodeAttempt>, StoreError> {
        let now = self.clock.now();
        let ours = CodeAttempt {
            key: self.key.clone(),
            idempotency_hash: self.idempotency_hash,
            openid: self.openid.clone(),
            outcome: AttemptOutcome::Pending { until: now.plus(PENDING_FOR) },
            expires_at: now.plus(REPEATABLE_FOR),
        };
        let claim = match seen {
            None => CodeAttemptChange::Claim(ours.clone()),
            Some(seen) => CodeAttemptChange::Replace { seen, next: ours.clone() },
        };
        let committed = self.store.commit(Changes::from_iter([claim])).await?;
        Ok((committed == Committed::Done).then_some(ours))
    }

    /// Gives the claim up, so that the code may be sent again at once. Where that fails, the claim ends by
    /// itself.
    pub(crate) async fn release(&self, ours: CodeAttempt) {
        let _ = self.store.commit(Changes::from_iter([CodeAttemptChange::Release(ours)])).await;
    }
}
