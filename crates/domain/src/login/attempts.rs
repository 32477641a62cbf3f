use async_trait::async_trait;

use crate::{
    ids::SessionId,
    one_time_code::CodeKey,
    sealing::{Sealed, SealedPlace},
    session::Digest,
    store_error::StoreError,
    time::Timestamp,
};

/// Where the token of the attempt with this code is stored.
pub(super) fn place_of(code: &CodeKey) -> SealedPlace {
    SealedPlace::in_table("login_attempts").at(code.app_id.as_str().as_bytes()).at(code.code_hash.as_bytes())
}

/// How far an attempt has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// A request holds a lease on the code and is exchanging it.
    Pending {
        /// When the lease ends, and another request may take over.
        lease_until: Timestamp,
    },
    /// The code was exchanged.
    LoggedIn {
        /// The session that was opened.
        session_id: SessionId,
        /// That session's token, for requests that waited for the same login.
        token: Sealed,
    },
}

/// An attempt to log in that can be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginAttempt {
    /// Which code.
    pub key: CodeKey,
    /// The SHA-256 of the client's idempotency key.
    pub idempotency_hash: Digest,
    /// How far it has come.
    pub outcome: AttemptOutcome,
    /// When it can no longer be repeated.
    pub expires_at: Timestamp,
}

/// A change to an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginAttemptChange {
    /// Records an attempt. Conflicts where there is one for this code.
    Claim(LoginAttempt),
    /// Writes `next` in the place of `seen`. Conflicts where the outcome on record is not that of
    /// `seen`.
    Replace {
        /// The attempt that was read.
        seen: LoginAttempt,
        /// What it becomes.
        next: LoginAttempt,
    },
    /// Removes the attempt, so that the code may be tried again. Conflicts where the outcome on
    /// record is not that of the attempt given here.
    Release(LoginAttempt),
}

/// The attempts on record.
#[async_trait]
pub trait LoginAttempts: Send + Sync {
    /// The attempt for this code.
    async fn find(&self, key: &CodeKey) -> Result<Option<LoginAttempt>, StoreError>;

    /// Removes up to `limit` attempts that expired before `before`, and returns how many were removed.
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
