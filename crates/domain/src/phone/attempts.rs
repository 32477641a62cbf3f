use async_trait::async_trait;

use super::{PhoneNumber, ports::unsealed};
use crate::{
    one_time_code::CodeKey,
    sealing::{SealError, Sealed, SealedPlace, Sealer},
    session::Digest,
    store_error::StoreError,
    time::Timestamp,
};

/// How far an attempt to exchange a phone code has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneOutcome {
    /// A request has claimed the code and is exchanging it.
    Pending {
        /// Until when its outcome may still come. After that it never will: the code may be used and its
        /// number lost, and is not exchanged again.
        until: Timestamp,
    },
    /// The code was exchanged, for this number.
    Exchanged(Sealed),
}

/// An attempt to exchange a phone code that can be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneAttempt {
    /// Which code of which person: the hash is one of openid and code.
    pub key: CodeKey,
    /// The SHA-256 of the client's idempotency key.
    pub idempotency_hash: Digest,
    /// How far it has come.
    pub outcome: PhoneOutcome,
    /// When it can no longer be repeated.
    pub expires_at: Timestamp,
}

impl PhoneAttempt {
    /// The attempt once it has brought a number.
    pub(super) fn exchanged(&self, number: &PhoneNumber, sealer: &dyn Sealer) -> Result<Self, SealError> {
        let sealed = sealer.seal(number.to_sealed_text().as_bytes(), &place_of(&self.key))?;
        Ok(Self { outcome: PhoneOutcome::Exchanged(sealed), ..self.clone() })
    }

    /// Opens the number that the attempt brought.
    pub(super) fn open(&self, sealed: &Sealed, sealer: &dyn Sealer) -> Result<PhoneNumber, SealError> {
        unsealed(&sealer.open(sealed, &place_of(&self.key))?)
    }
}

fn place_of(code: &CodeKey) -> SealedPlace {
    SealedPlace::in_table("phone_attempts").at(code.app_id.as_str().as_bytes()).at(code.code_hash.as_bytes())
}

/// A change to an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneAttemptChange {
    /// Records an attempt. Conflicts where there is one for this code.
    Claim(PhoneAttempt),
    /// Writes `next` in the place of `seen`. Conflicts where the outcome on record is not that of `seen`.
    Replace {
        /// The attempt that was read.
        seen: PhoneAttempt,
        /// What it becomes.
        next: PhoneAttempt,
    },
    /// Removes the attempt, so that the code may be exchanged again. Conflicts where the outcome on record
    /// is not that of the attempt given here.
    Release(PhoneAttempt),
}

/// The attempts to exchange phone codes on record.
#[async_trait]
pub trait PhoneAttempts: Send + Sync {
    /// The attempt for this code.
    async fn find(&self, key: &CodeKey) -> Result<Option<PhoneAttempt>, StoreError>;

    /// Removes up to `limit` attempts that expired before `before`, and returns how many were removed.
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
