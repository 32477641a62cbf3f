use std::time::Duration;

use super::{
    AttemptKey, AttemptOutcome, Claim, ExchangeError, LoggedIn, LoginAttempt, LoginCommand, LoginError,
    LoginPorts, REPEATABLE_FOR, record::Recording,
};
use crate::{
    sealing::{SealError, Sealed},
    session::{Digest, RevocationReason, Session, SessionId, Token},
};

/// How long a claim holds without an outcome: longer than any exchange may take.
const LEASE: Duration = Duration::from_secs(15);

/// How long a request waits for another instance's exchange.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long it waits between two looks.
const PAUSE: Duration = Duration::from_millis(25);

/// A login that can be repeated: whoever claims the code exchanges it, whoever finds it claimed
/// waits for the outcome, and whoever finds an outcome gets a fresh token.
pub(super) struct Claiming<'a> {
    ports: &'a LoginPorts,
    command: &'a LoginCommand,
    key: AttemptKey,
    idempotency_hash: Digest,
}

impl<'a> Claiming<'a> {
    pub(super) const fn new(
        ports: &'a LoginPorts,
        command: &'a LoginCommand,
        key: AttemptKey,
        idempotency_hash: Digest,
    ) -> Self {
        Self { ports, command, key, idempotency_hash }
    }

    pub(super) async fn log_in(&self) -> Result<LoggedIn, LoginError> {
        let gives_up_at = self.ports.clock.now().plus(PATIENCE);
        let mut has_waited = false;
        loop {
            let ours = self.pending();
            let found = match self.ports.store.login_attempts().claim(&ours).await? {
                Claim::Won => return self.exchange(&ours).await,
                Claim::Taken(found) => found,
            };
            if self.is_free(&found) {
                if self.ports.store.login_attempts().replace(&found, &ours).await? {
                    return self.exchange(&ours).await;
                }
                continue;
            }
            if found.idempotency_hash != self.idempotency_hash {
                return Err(ExchangeError::CodeUsed.into());
            }
            match &found.outcome {
                AttemptOutcome::LoggedIn { session_id, token } if has_waited => {
                    return self.share(*session_id, token).await;
                }
                AttemptOutcome::LoggedIn { session_id, .. } => {
                    if let Some(repeated) = self.repeat(&found, *session_id).await? {
                        return Ok(repeated);
                    }
                    // Another request repeated the login at the same moment: share that.
                    has_waited = true;
                }
                AttemptOutcome::Pending { .. } if self.ports.clock.now() >= gives_up_at => {
                    return Err(LoginError::InProgress);
                }
                AttemptOutcome::Pending { .. } => {
                    has_waited = true;
                    self.ports.clock.sleep(PAUSE).await;
                }
            }
        }
    }

    fn pending(&self) -> LoginAttempt {
        let now = self.ports.clock.now();
        LoginAttempt {
            key: self.key.clone(),
            idempotency_hash: self.idempotency_hash,
            outcome: AttemptOutcome::Pending { lease_until: now.plus(LEASE) },
            expires_at: now.plus(REPEATABLE_FOR),
        }
    }

    /// Whether an attempt is over, or whoever made it is gone.
    fn is_free(&self, found: &LoginAttempt) -> bool {
        let now = self.ports.clock.now();
        now >= found.expires_at
            || matches!(found.outcome, AttemptOutcome::Pending { lease_until } if now >= lease_until)
    }

    /// Exchanges the code under our claim. Where that fails the claim is given up, so that the
    /// code may be tried again at once; where even that fails, its lease ends.
    async fn exchange(&self, ours: &LoginAttempt) -> Result<LoggedIn, LoginError> {
        let outcome = self.ports.log_in(self.command, Some(ours)).await;
        if outcome.is_err() {
            let _ = self.ports.store.login_attempts().release(ours).await;
        }
        outcome
    }

    /// The login that this request waited for: the same session, the same token.
    async fn share(&self, session_id: SessionId, token: &Sealed) -> Result<LoggedIn, LoginError> {
        let session = self.session(session_id).await?;
        let token = self.ports.sealer.open(token, &self.key.place())?;
        let token = std::str::from_utf8(&token).ok().and_then(|token| token.parse::<Token>().ok());
        let token = token.ok_or(SealError::Broken)?;
        let standing = self.ports.standing_of(&session.identity).await?;
        Ok(LoggedIn { session, token, standing })
    }

    /// The same login once more, with a fresh token. `None` where another request was faster.
    async fn repeat(
        &self,
        found: &LoginAttempt,
        session_id: SessionId,
    ) -> Result<Option<LoggedIn>, LoginError> {
        let session = self.session(session_id).await?;
        Recording { ports: self.ports, command: self.command }.repeated(found, &session).await
    }

    /// The session of an earlier attempt. Once somebody logged it out, the code is simply used.
    async fn session(&self, id: SessionId) -> Result<Session, LoginError> {
        let session = self.ports.store.sessions().find(id).await?;
        session.filter(|session| !was_ended(session)).ok_or(ExchangeError::CodeUsed.into())
    }
}

fn was_ended(session: &Session) -> bool {
    session.revoked.is_some_and(|revocation| match revocation.reason {
        RevocationReason::LoggedOut | RevocationReason::EndedElsewhere => true,
        RevocationReason::Registered | RevocationReason::Unclaimed => false,
    })
}
