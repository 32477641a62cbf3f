use super::{
    LoggedIn, LoginCommand, LoginError, attempts::LoginOutcome, login::Exchanging, record::Recording,
};
use crate::{
    one_time_code::{Claim, CodeAttempt, CodeKey, Turn},
    session::{Digest, RevocationReason},
};

/// A login that can be repeated: the first request for a code claims and exchanges it, concurrent
/// ones wait for the outcome, and later ones get a new token for it.
pub(super) struct Claiming<'a> {
    exchanging: &'a Exchanging,
    command: &'a LoginCommand,
    claim: Claim<'a>,
}

impl<'a> Claiming<'a> {
    pub(super) fn new(
        exchanging: &'a Exchanging,
        command: &'a LoginCommand,
        key: CodeKey,
        idempotency_hash: Digest,
    ) -> Self {
        let (store, clock) = (&*exchanging.ports.store, &*exchanging.ports.clock);
        Self { exchanging, command, claim: Claim { store, clock, key, idempotency_hash, openid: None } }
    }

    pub(super) async fn log_in(&self) -> Result<LoggedIn, LoginError> {
        let mut shares = false;
        loop {
            match self.claim.turn().await? {
                Turn::Exchange(ours) => return self.exchange(ours).await,
                // To send a login code twice costs nothing, and WeChat says so if it is used.
                Turn::Abandoned(seen) => {
                    if let Some(ours) = self.claim.claim(Some(seen)).await? {
                        return self.exchange(ours).await;
                    }
                }
                Turn::Take { attempt, outcome, has_waited } => {
                    let earlier = LoginOutcome::of(&attempt, &outcome, &*self.exchanging.ports.sealer)?;
                    let logged_in = if shares || has_waited {
                        self.share(earlier).await?
                    } else {
                        self.recording().repeated(&attempt, earlier.session_id).await?
                    };
                    if let Some(logged_in) = logged_in {
                        return Ok(logged_in);
                    }
                    // Another request repeated the login at the same moment: share that.
                    shares = true;
                }
            }
        }
    }

    const fn recording(&self) -> Recording<'_> {
        Recording { ports: &self.exchanging.ports, command: self.command }
    }

    /// Exchanges the code under our claim, which is released where that fails.
    async fn exchange(&self, ours: CodeAttempt) -> Result<LoggedIn, LoginError> {
        let outcome = self.exchanging.log_in(self.command, &ours.key, Some(&ours)).await;
        if outcome.is_err() {
            self.claim.release(ours).await;
        }
        outcome
    }

    /// The login that this request waited for: the same session, the same token. `None` where it was
    /// repeated since, and its token is dead.
    async fn share(&self, earlier: LoginOutcome) -> Result<Option<LoggedIn>, LoginError> {
        let (session, standing) = self.recording().earlier(earlier.session_id).await?;
        if session.revoked.is_some_and(|revocation| revocation.reason == RevocationReason::Unclaimed) {
            return Ok(None);
        }
        Ok(Some(LoggedIn { session, token: earlier.token, standing }))
    }
}
