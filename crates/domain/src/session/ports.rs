use async_trait::async_trait;

use super::{Owner, Revocation, Session, SessionId, Succession, TokenHash};
use crate::{profile::UserId, store::StoreError, time::Timestamp};

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

/// The sessions on record.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Adds a session.
    async fn add(&self, session: &Session) -> Result<(), StoreError>;

    /// The session whose token has this hash, live or not.
    async fn find_by_token(&self, token_hash: &TokenHash) -> Result<Option<Session>, StoreError>;

    /// The session with this id, live or not.
    async fn find(&self, id: SessionId) -> Result<Option<Session>, StoreError>;

    /// The sessions of `owner` that are live at `now`, newest first, at most `limit`.
    async fn live_of(&self, owner: &Owner, now: Timestamp, limit: u32) -> Result<Vec<Session>, StoreError>;

    /// Ends a session early unless that was done before (compare and set); says whether this call
    /// did it.
    async fn revoke(&self, id: SessionId, revocation: Revocation) -> Result<bool, StoreError>;

    /// Ends a session because `succession` takes its place, unless it was ended before (compare
    /// and set); says whether this call did it.
    async fn succeed(
        &self,
        id: SessionId,
        at: Timestamp,
        succession: &Succession,
    ) -> Result<bool, StoreError>;

    /// Binds a live, unregistered session to a user in place, its token unchanged (compare and
    /// set); says whether this call did it.
    async fn register_in_place(&self, id: SessionId, user: UserId) -> Result<bool, StoreError>;

    /// Records when sessions were last seen. A session seen later already keeps that.
    async fn touch(&self, touches: &[Touch]) -> Result<(), StoreError>;

    /// The token hashes of the sessions of known users that were revoked at `since` or later. The
    /// others are in no cache, and every registration ends one of them.
    async fn revoked_since(&self, since: Timestamp) -> Result<Vec<TokenHash>, StoreError>;

    /// Forgets the sealed tokens of successions older than `before`, at most `limit`, and says how
    /// many.
    async fn sweep_successions(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;

    /// Removes up to `limit` sessions that expired or were revoked before `before`, and says how
    /// many went.
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
