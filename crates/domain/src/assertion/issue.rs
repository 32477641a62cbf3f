use std::{sync::Arc, time::Duration};

use quick_cache::sync::Cache;

use super::{
    Assertion, AssertionSigner, Audience, Claims, Issuer, RotateSigningKeys, RotateSigningKeysError,
    SigningKeyRing,
};
use crate::{
    ids::{IdentityId, SessionId, UserId},
    recovery::{Recover, Recovery},
    sealing::SealError,
    store_error::StoreError,
    time::{Clock, Timestamp},
};

/// For how long an assertion is good.
const GOOD_FOR: Duration = Duration::from_mins(5);

/// How long before its end an assertion is no longer handed out.
const REPLACED_BEFORE: Duration = Duration::from_mins(1);

/// The most assertions that are kept, some ten megabytes.
const CAPACITY: usize = 16_384;

/// What issuing assertions needs of the world.
#[derive(Clone)]
pub struct IssueAssertionPorts {
    /// Signs.
    pub signer: Arc<dyn AssertionSigner>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// The keys in this process.
    pub ring: Arc<SigningKeyRing>,
    /// Reads the keys if they were not read yet.
    pub rotate: RotateSigningKeys,
    /// Who issues.
    pub issuer: Issuer,
}

/// The session that an assertion is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssertedSession {
    /// The session.
    pub session_id: SessionId,
    /// Its user.
    pub user_id: UserId,
    /// Who they are at WeChat.
    pub identity: IdentityId,
    /// When the session ends if it is not used again: no assertion outlives that.
    pub expires_at: Timestamp,
    /// For whom the assertion is meant, if it is not for everybody.
    pub audience: Option<Audience>,
}

/// Why there is no assertion.
#[derive(Clone, Debug, thiserror::Error)]
pub enum IssueAssertionError {
    /// No key could be made or opened, or it is broken.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed, and there is no key in this process yet.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RotateSigningKeysError> for IssueAssertionError {
    fn from(error: RotateSigningKeysError) -> Self {
        match error {
            RotateSigningKeysError::Seal(error) => error.into(),
            RotateSigningKeysError::Store(error) => error.into(),
        }
    }
}

impl Recovery for IssueAssertionError {
    fn recover(&self) -> Recover {
        match self {
            Self::Seal(_) => Recover::Operator,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Issues assertions. One is kept for its session until a minute before its end.
pub struct IssueAssertion {
    ports: IssueAssertionPorts,
    kept: Cache<(SessionId, Option<Audience>), Kept>,
}

#[derive(Clone)]
struct Kept {
    assertion: Assertion,
    until: Timestamp,
}

impl IssueAssertion {
    /// Issues with these ports.
    pub fn new(ports: IssueAssertionPorts) -> Self {
        Self { ports, kept: Cache::new(CAPACITY) }
    }

    /// An assertion about a session that was checked just now.
    pub async fn execute(&self, session: AssertedSession) -> Result<Assertion, IssueAssertionError> {
        let now = self.ports.clock.now();
        let AssertedSession { session_id, user_id, identity, expires_at, audience } = session;
        let place = (session_id, audience);
        if let Some(kept) = self.kept.get(&place)
            && now < kept.until
        {
            return Ok(kept.assertion);
        }
        let expires_at = now.plus(GOOD_FOR).min(expires_at);
        let claims = Claims {
            issuer: self.ports.issuer.clone(),
            user_id,
            session_id,
            audience: place.1.clone(),
            identity,
            issued_at: now,
            expires_at,
        };
        let assertion = self.sign(&claims).await?;
        let until = expires_at.minus(REPLACED_BEFORE);
        self.kept.insert(place, Kept { assertion: assertion.clone(), until });
        Ok(assertion)
    }

    async fn sign(&self, claims: &Claims) -> Result<Assertion, IssueAssertionError> {
        let IssueAssertionPorts { signer, ring, rotate, .. } = &self.ports;
        let mut signing = ring.signing_at(claims.issued_at);
        if signing.is_none() {
            rotate.execute().await?;
            signing = ring.signing_at(claims.issued_at);
        }
        let (id, key) = signing.ok_or(SealError::UnknownMasterKey)?;
        Ok(signer.sign(id, &key, claims)?)
    }
}
