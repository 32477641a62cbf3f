use std::ops::RangeInclusive;

use async_trait::async_trait;

use super::{Person, Presented, Revocation, Session, SessionCheck, SessionId, Succession, TokenHash};
use crate::{ids::UserId, store_error::StoreError, time::Timestamp};

/// A change to a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionChange {
    /// Adds a session. Conflicts where its id or its token is taken.
    Open(Session),
    /// Ends a session early. Conflicts where it was revoked before.
    Revoke {
        /// Which session.
        id: SessionId,
        /// When, and why.
        revocation: Revocation,
    },
    /// Ends a session because registration puts another in its place. Conflicts where it was revoked
    /// before.
    Succeed {
        /// Which session.
        id: SessionId,
        /// When.
        at: Timestamp,
        /// What takes its place.
        succession: Succession,
    },
    /// Binds an unregistered session to a user, its token unchanged. Conflicts where it was revoked
    /// or bound before.
    Register {
        /// Which session.
        id: SessionId,
        /// The user.
        user: UserId,
    },
    /// Removes every session of the person, whether it has ended or not. Those that may be cached are revoked
    /// with that, at every instance.
    Forget(Person),
}

/// A session's token was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    /// Which session.
    pub session_id: SessionId,
    /// When.
    pub seen_at: Timestamp,
    /// When it now ends if it is not used again.
    pub idle_expires_at: Timestamp,
}

/// A session of a user was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedRevocation {
    /// Its number, one or more. It is higher than those of all revocations that were committed before.
    /// Of two commits at the same time, the one with the higher number may be done first. Some numbers
    /// are left out.
    pub number: u64,
    /// The session's token.
    pub token_hash: TokenHash,
}

/// How many of a person's live sessions stay when another is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// How many stay, the most recently used.
    pub kept: u32,
    /// A session in whose place the other comes. It does not count.
    pub replaced: Option<SessionId>,
    /// How many of those that are too many are read.
    pub limit: u32,
}

/// The sessions on record.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// The session whose token has this hash, live or not, with the status of its user.
    async fn check(&self, token_hash: &TokenHash) -> Result<Option<SessionCheck>, StoreError>;

    /// The session whose token has this hash, live or not, with its identity.
    async fn presented(&self, token_hash: &TokenHash) -> Result<Option<Presented>, StoreError>;

    /// The session with this id, live or not.
    async fn find(&self, id: SessionId) -> Result<Option<Session>, StoreError>;

    /// The sessions of `person` that are live at `now`, newest first, at most `limit`.
    async fn live_of(&self, person: &Person, now: Timestamp, limit: u32) -> Result<Vec<Session>, StoreError>;

    /// The sessions of `person` that were not revoked, expired or not, newest first, at most `limit`.
    async fn unrevoked_of(&self, person: &Person, limit: u32) -> Result<Vec<Session>, StoreError>;

    /// How many sessions are live at `now`, of everybody.
    async fn count_live(&self, now: Timestamp) -> Result<u64, StoreError>;

    /// The sessions of `person`, live or not, newest first, at most `limit`.
    async fn all_of(&self, person: &Person, limit: u32) -> Result<Vec<Session>, StoreError>;

    /// The sessions of `person` that are live at `now` and too many under `cap`, the most recently used
    /// first.
    async fn excess_of(&self, person: &Person, now: Timestamp, cap: Cap) -> Result<Vec<Session>, StoreError>;

    /// Records when sessions were last seen. A session that was seen later stays as it is.
    async fn touch(&self, touches: &[Touch]) -> Result<(), StoreError>;

    /// The revocation with the highest number.
    async fn latest_revocation(&self) -> Result<Option<RecordedRevocation>, StoreError>;

    /// The revocations with the number `from` or a higher one, and those in the ranges `missing`, in the
    /// order of their numbers. Those of strangers' sessions are not recorded: no cache holds them, and
    /// every registration ends one.
    async fn revocations(
        &self,
        from: u64,
        missing: &[RangeInclusive<u64>],
    ) -> Result<Vec<RecordedRevocation>, StoreError>;

    /// Removes up to `limit` of the oldest revocations, all but those with the newest `kept` numbers,
    /// and returns how many were removed. The sessions stay revoked.
    async fn sweep_revocations(&self, kept: u64, limit: u32) -> Result<u64, StoreError>;

    /// Removes the sealed tokens of up to `limit` successions older than `before`, and returns how
    /// many were removed.
    async fn sweep_successions(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;

    /// Removes up to `limit` sessions that expired or were revoked before `before`, and returns how
    /// many were removed.
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
