use async_trait::async_trait;
use zeroize::Zeroizing;

use super::CodeKey;
use crate::{
    ids::{IdentityId, OpenId},
    sealing::{SealError, Sealed, SealedPlace, Sealer},
    session::Digest,
    store_error::StoreError,
    time::Timestamp,
};

/// How far an attempt to exchange a code has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// A request has claimed the code and is exchanging it.
    Pending {
        /// Until when its outcome may still come.
        until: Timestamp,
    },
    /// The code was exchanged. What its repetitions need to know, sealed.
    Exchanged(Sealed),
}

/// An attempt to exchange a code that can be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeAttempt {
    /// Which code.
    pub key: CodeKey,
    /// The SHA-256 of the client's idempotency key.
    pub idempotency_hash: Digest,
    /// Whose phone code it is; `None` for the code of a login, whose outcome names nobody.
    pub openid: Option<OpenId>,
    /// How far it has come.
    pub outcome: AttemptOutcome,
    /// When it can no longer be repeated.
    pub expires_at: Timestamp,
}

impl CodeAttempt {
    /// The attempt once the code is exchanged.
    pub(crate) fn exchanged(&self, outcome: &[u8], sealer: &dyn Sealer) -> Result<Self, SealError> {
        let sealed = sealer.seal(outcome, &self.place())?;
        Ok(Self { outcome: AttemptOutcome::Exchanged(sealed), ..self.clone() })
    }

    /// Opens the outcome of this attempt.
    pub(crate) fn open(
        &self,
        outcome: &Sealed,
        sealer: &dyn Sealer,
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        sealer.open(outcome, &self.place())
    }

    fn place(&self) -> SealedPlace {
        let CodeKey { app_id, code_hash } = &self.key;
        SealedPlace::in_table("code_attempts").at(app_id.as_str().as_bytes()).at(code_hash.as_bytes())
    }
}

/// A change to an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeAttemptChange {
    /// Records an attempt. Conflicts where there is one for this code.
    Claim(CodeAttempt),
    /// Writes `next` in the place of `seen`. Conflicts where the outcome on record is not that of `seen`.
    Replace {
        /// The attempt that was read.
        seen: CodeAttempt,
        /// What it becomes.
        next: CodeAttempt,
    },
    /// Removes the attempt, so that the code may be exchanged again. Conflicts where the outcome on record
    /// is not that of the attempt given here.
    Release(CodeAttempt),
    /// Takes out whose the codes of a person are, and what they brought or will bring. The attempts stay, as ones whose
    /// outcome will not come any more.
    Forget {
        /// The person.
        identity: IdentityId,
        /// The current time.
        at: Timestamp,
    },
}

/// The attempts on record.
#[async_trait]
pub trait CodeAttempts: Send + Sync {
    /// The attempt for this code.
    async fn find(&self, key: &CodeKey) -> Result<Option<CodeAttempt>, StoreError>;

    /// Removes up to `limit` attempts that expired before `before`, and returns how many were removed.
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
