use std::time::Duration;

use super::{
    ConfirmPhoneError, PhoneAttempt, PhoneAttemptChange, PhoneCode, PhoneCodeError, PhoneNumber,
    PhoneOutcome, exchange::Exchanging,
};
use crate::{
    ids::IdentityId,
    one_time_code::CodeKey,
    session::{Digest, REPEATABLE_FOR},
    store::{Changes, Committed},
};

/// For how long the outcome of an exchange may still come: longer than any exchange may take.
const PENDING_FOR: Duration = Duration::from_secs(15);

/// How long a request waits for another instance's exchange.
const WAIT_TIMEOUT: Duration = Duration::from_secs(8);

/// How often it looks for the outcome meanwhile.
const POLL_INTERVAL: Duration = Duration::from_millis(25);

/// An exchange that can be repeated: the first request for a code claims and exchanges it, the others get
/// the number that it brought. A claim is never taken over: if its instance stopped in between, the code
/// may be used and paid for, and the user has to tap the phone button again.
pub(super) struct Claiming<'a> {
    exchanging: &'a Exchanging,
    identity: &'a IdentityId,
    code: &'a PhoneCode,
    key: CodeKey,
    idempotency_hash: Digest,
}

impl<'a> Claiming<'a> {
    pub(super) const fn new(
        exchanging: &'a Exchanging,
        identity: &'a IdentityId,
        code: &'a PhoneCode,
        key: CodeKey,
        idempotency_hash: Digest,
    ) -> Self {
        Self { exchanging, identity, code, key, idempotency_hash }
    }

    pub(super) async fn confirm(&self) -> Result<PhoneNumber, ConfirmPhoneError> {
        let ports = &self.exchanging.ports;
        let gives_up_at = ports.clock.now().plus(WAIT_TIMEOUT);
        loop {
            let now = ports.clock.now();
            let found = ports.store.phone_attempts().find(&self.key).await?;
            let found = match found {
                Some(found) if now < found.expires_at => found,
                expired => {
                    let ours = self.pending();
                    if self.claim(expired, &ours).await? {
                        return self.exchange(&ours).await;
                    }
                    continue;
                }
            };
            if found.idempotency_hash != self.idempotency_hash {
                return Err(ConfirmPhoneError::CodeUsed);
            }
            match &found.outcome {
                PhoneOutcome::Exchanged(sealed) => return Ok(found.open(sealed, &*ports.sealer)?),
                PhoneOutcome::Pending { until } if now >= *until => {
                    return Err(PhoneCodeError::AnswerLost.into());
                }
                PhoneOutcome::Pending { .. } if now >= gives_up_at => {
                    return Err(ConfirmPhoneError::InProgress);
                }
                PhoneOutcome::Pending { .. } => ports.clock.sleep(POLL_INTERVAL).await,
            }
        }
    }

    fn pending(&self) -> PhoneAttempt {
        let now = self.exchanging.ports.clock.now();
        PhoneAttempt {
            key: self.key.clone(),
            idempotency_hash: self.idempotency_hash,
            outcome: PhoneOutcome::Pending { until: now.plus(PENDING_FOR) },
            expires_at: now.plus(REPEATABLE_FOR),
        }
    }

    /// Claims the code, in the place of an attempt that has expired, if there is one. Returns whether this
    /// request was the first to.
    async fn claim(
        &self,
        expired: Option<PhoneAttempt>,
        ours: &PhoneAttempt,
    ) -> Result<bool, ConfirmPhoneError> {
        let claim = match expired {
            None => PhoneAttemptChange::Claim(ours.clone()),
            Some(seen) => PhoneAttemptChange::Replace { seen, next: ours.clone() },
        };
        Ok(self.commit(claim).await? == Committed::Done)
    }

    /// Exchanges the code under our claim, and records the number before anything is decided about it. Where
    /// WeChat gives none, the claim is released, so that the code may be sent again at once.
    async fn exchange(&self, ours: &PhoneAttempt) -> Result<PhoneNumber, ConfirmPhoneError> {
        match self.exchanging.exchange(self.identity, self.code, &self.key).await {
            Ok(number) => {
                let next = ours.exchanged(&number, &*self.exchanging.ports.sealer)?;
                // If the number cannot be recorded, it still counts for this request.
                let _ = self.commit(PhoneAttemptChange::Replace { seen: ours.clone(), next }).await;
                Ok(number)
            }
            Err(error) => {
                let _ = self.commit(PhoneAttemptChange::Release(ours.clone())).await;
                Err(error)
            }
        }
    }

    async fn commit(&self, change: PhoneAttemptChange) -> Result<Committed, ConfirmPhoneError> {
        Ok(self.exchanging.ports.store.commit(Changes::from_iter([change])).await?)
    }
}
