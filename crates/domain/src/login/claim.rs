use std::time::Duration;

use super::{
    AttemptOutcome, ExchangeError, LoggedIn, LoginAttempt, LoginAttemptChange, LoginCommand, LoginError,
    LoginPorts, attempts::place_of, login::Exchanging, record::Recording,
};
use crate::{
    one_time_code::CodeKey,
    sealing::Sealed,
    session::{Digest, REPEATABLE_FOR, RevocationReason, SessionId, Token},
    store::{Changes, Committed},
};

/// How long the lease on a code lasts: longer than any exchange may take.
const LEASE: Duration = Duration::from_secs(15);

/// How long a request waits for another instance's exchange.
const WAIT_TIMEOUT: Duration = Duration::from_secs(8);

/// How often it looks for the outcome meanwhile.
const POLL_INTERVAL: Duration = Duration::from_millis(25);

/// A login that can be repeated: the first request for a code claims and exchanges it, concurrent
/// ones wait for the outcome, and later ones get a new token for it.
pub(super) struct Claiming<'a> {
    exchanging: &'a Exchanging,
    command: &'a LoginCommand,
    key: CodeKey,
    idempotency_hash: Digest,
}

impl<'a> Claiming<'a> {
    pub(super) const fn new(
        exchanging: &'a Exchanging,
        command: &'a LoginCommand,
        key: CodeKey,
        idempotency_hash: Digest,
    ) -> Self {
        Self { exchanging, command, key, idempotency_hash }
    }

    pub(super) async fn log_in(&self) -> Result<LoggedIn, LoginError> {
        let gives_up_at = self.ports().clock.now().plus(WAIT_TIMEOUT);
        let mut has_waited = false;
        loop {
            let ours = self.pending();
            let found = self.ports().store.login_attempts().find(&self.key).await?;
            let found = match found {
                Some(found) if !self.is_free(&found) => found,
                free => {
                    if self.claim(free, &ours).await? {
                        return self.exchange(&ours).await;
                    }
                    continue;
                }
            };
            if found.idempotency_hash != self.idempotency_hash {
                return Err(ExchangeError::CodeUsed.into());
            }
            match &found.outcome {
                AttemptOutcome::LoggedIn { session_id, token } if has_waited => {
                    if let Some(shared) = self.share(*session_id, token).await? {
                        return Ok(shared);
                    }
                }
                AttemptOutcome::LoggedIn { .. } => {
                    if let Some(repeated) = self.recording().repeated(&found).await? {
                        return Ok(repeated);
                    }
                    // Another request repeated the login at the same moment: share that.
                    has_waited = true;
                }
                AttemptOutcome::Pending { .. } if self.ports().clock.now() >= gives_up_at => {
                    return Err(LoginError::InProgress);
                }
                AttemptOutcome::Pending { .. } => {
                    has_waited = true;
                    self.ports().clock.sleep(POLL_INTERVAL).await;
                }
            }
        }
    }

    const fn ports(&self) -> &'a LoginPorts {
        &self.exchanging.ports
    }

    fn pending(&self) -> LoginAttempt {
        let now = self.ports().clock.now();
        LoginAttempt {
            key: self.key.clone(),
            idempotency_hash: self.idempotency_hash,
            outcome: AttemptOutcome::Pending { lease_until: now.plus(LEASE) },
            expires_at: now.plus(REPEATABLE_FOR),
        }
    }

    const fn recording(&self) -> Recording<'_> {
        Recording { ports: self.ports(), command: self.command }
    }

    /// Whether an attempt can no longer be repeated, or its lease has ended.
    fn is_free(&self, found: &LoginAttempt) -> bool {
        let now = self.ports().clock.now();
        now >= found.expires_at
            || matches!(found.outcome, AttemptOutcome::Pending { lease_until } if now >= lease_until)
    }

    /// Claims the code, in the place of the attempt that was there, if any. Returns whether this
    /// request was the first to.
    async fn claim(&self, free: Option<LoginAttempt>, ours: &LoginAttempt) -> Result<bool, LoginError> {
        let claim = match free {
            None => LoginAttemptChange::Claim(ours.clone()),
            Some(seen) => LoginAttemptChange::Replace { seen, next: ours.clone() },
        };
        Ok(self.ports().store.commit(Changes::from_iter([claim])).await? == Committed::Done)
    }

    /// Exchanges the code under our claim. Where that fails the claim is released, so that the code
    /// may be tried again at once; where even that fails, its lease ends.
    async fn exchange(&self, ours: &LoginAttempt) -> Result<LoggedIn, LoginError> {
        let outcome = self.exchanging.log_in(self.command, &self.key, Some(ours)).await;
        if outcome.is_err() {
            let release = LoginAttemptChange::Release(ours.clone());
            let _ = self.ports().store.commit(Changes::from_iter([release])).await;
        }
        outcome
    }

    /// The login that this request waited for: the same session, the same token. `None` where it was
    /// repeated since, and its token is dead.
    async fn share(&self, session_id: SessionId, token: &Sealed) -> Result<Option<LoggedIn>, LoginError> {
        let (session, standing) = self.recording().earlier(session_id).await?;
        if session.revoked.is_some_and(|revocation| revocation.reason == RevocationReason::Unclaimed) {
            return Ok(None);
        }
        let token = Token::unseal(&*self.ports().sealer, token, &place_of(&self.key))?;
        Ok(Some(LoggedIn { session, token, standing }))
    }
}
