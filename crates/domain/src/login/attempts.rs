use async_trait::async_trait;

use crate::{
    app::AppId,
    sealing::{Sealed, SealedPlace},
    session::{Digest, SessionId},
    store::StoreError,
    time::Timestamp,
};

/// Which code of which app an attempt is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AttemptKey {
    /// The app.
    pub app_id: AppId,
    /// The SHA-256 of the code.
    pub code_hash: Digest,
}

impl AttemptKey {
    /// Where the token of this attempt rests.
    pub(super) fn place(&self) -> SealedPlace {
        SealedPlace::in_table("login_attempts")
            .at(self.app_id.as_str().as_bytes())
            .at(self.code_hash.as_bytes())
    }
}

/// How far an attempt has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// Somebody is exchanging the code, and is believed to be alive until `lease_until`.
    Pending {
        /// When another may take over.
        lease_until: Timestamp,
    },
    /// The code was exchanged.
    LoggedIn {
        /// The session it yielded.
        session_id: SessionId,
        /// That session's token, for those who waited for the same login.
        token: Sealed,
    },
}

/// An attempt to log in that can be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginAttempt {
    /// Which code.
    pub key: AttemptKey,
    /// The SHA-256 of the client's idempotency key.
    pub idempotency_hash: Digest,
    /// How far it has come.
    pub outcome: AttemptOutcome,
    /// When it can no longer be repeated.
    pub expires_at: Timestamp,
}

/// How a claim on a code ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The code is the claimant's to exchange.
    Won,
    /// There is an attempt already.
    Taken(LoginAttempt),
}

/// The attempts on record. Every method is atomic on its own.
#[async_trait]
pub trait LoginAttempts: Send + Sync {
    /// Records a pending attempt, unless there is one for this code.
    async fn claim(&self, attempt: &LoginAttempt) -> Result<Claim, StoreError>;

    /// The attempt for this code.
    async fn find(&self, key: &AttemptKey) -> Result<Option<LoginAttempt>, StoreError>;

    /// Puts `next` in the place of `seen`, unless the attempt changed since `seen` was read
    /// (compare and set on its outcome); says whether it did.
    async fn replace(&self, seen: &LoginAttempt, next: &LoginAttempt) -> Result<bool, StoreError>;

    /// Gives a claim up, so that the code may be tried again: removes the attempt if it is still
    /// as `seen`.
    async fn release(&self, seen: &LoginAttempt) -> Result<(), StoreError>;

    /// Removes up to `limit` attempts that expired before `before`, and says how many went.
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
