use std::{
    array,
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::Duration,
};

use quick_cache::sync::Cache;

use super::{SessionId, TokenHash};
use crate::{app::AppIndex, identity::Pseudonym, ids::UserId, time::Timestamp};

/// For how long the cache is believed after the store's revocations were last read.
///
/// It bounds how late a revocation on another instance is seen here.
const BELIEVED_FOR: Duration = Duration::from_secs(1);

/// The first half of a token's hash, under which a session is kept: less memory for the same answer.
///
/// It is as safe as the whole. The hash is a SHA-256 of 256 random bits; to find a token that
/// passes for one of a million cached ones takes 2^108 attempts, and two that were issued collide by
/// chance once in 2^89 such caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key([u8; 16]);

impl From<&TokenHash> for Key {
    fn from(token_hash: &TokenHash) -> Self {
        Self(array::from_fn(|index| token_hash.as_bytes()[index]))
    }
}

/// What a check needs of a registered session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CachedSession {
    pub(super) id: SessionId,
    pub(super) user_id: UserId,
    pub(super) idle_expires_at: Timestamp,
    pub(super) absolute_expires_at: Timestamp,
    pub(super) app: AppIndex,
    pub(super) pseudonym: Pseudonym,
}

impl CachedSession {
    pub(super) fn expires_at(&self) -> Timestamp {
        self.idle_expires_at.min(self.absolute_expires_at)
    }
}

/// A session as it is kept: its times are bytes, for numbers are aligned, and the gaps that come of it
/// would be memory too, a million times over.
#[derive(Clone, Copy, Debug)]
struct Kept {
    id: SessionId,
    user_id: UserId,
    idle_expires_at: [u8; 8],
    absolute_expires_at: [u8; 8],
    app: AppIndex,
    pseudonym: [u8; 8],
}

impl From<CachedSession> for Kept {
    fn from(session: CachedSession) -> Self {
        Self {
            id: session.id,
            user_id: session.user_id,
            idle_expires_at: session.idle_expires_at.as_millis().to_ne_bytes(),
            absolute_expires_at: session.absolute_expires_at.as_millis().to_ne_bytes(),
            app: session.app,
            pseudonym: session.pseudonym.value().to_ne_bytes(),
        }
    }
}

impl From<Kept> for CachedSession {
    fn from(kept: Kept) -> Self {
        let moment = |bytes| Timestamp::from_millis(i64::from_ne_bytes(bytes));
        Self {
            id: kept.id,
            user_id: kept.user_id,
            idle_expires_at: moment(kept.idle_expires_at),
            absolute_expires_at: moment(kept.absolute_expires_at),
            app: kept.app,
            pseudonym: Pseudonym::new(u64::from_ne_bytes(kept.pseudonym)),
        }
    }
}

/// Live sessions of registered users by the hash of their token, bounded in number.
///
/// An unregistered session is never kept: it changes its state without changing its token where a
/// client registers in place, and no other instance would learn of that.
///
/// A session ended on this instance is forgotten at once. One ended elsewhere is forgotten when
/// [`RefreshRevocations`](super::RefreshRevocations) next reads what was revoked; where that has
/// not succeeded within the last second, the cache answers nothing and every check asks the store.
#[derive(Debug)]
pub struct SessionCache {
    sessions: Cache<Key, Kept>,
    /// Counts evictions: a session loaded before one and inserted after it may be out of date.
    evictions: AtomicU64,
    believed_until: AtomicI64,
}

/// Taken before a session is loaded, given back when it is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct BeforeLoading(u64);

impl SessionCache {
    /// A cache for up to `capacity` sessions. Zero keeps none.
    pub fn new(capacity: usize) -> Self {
        Self {
            sessions: Cache::new(capacity),
            evictions: AtomicU64::new(0),
            believed_until: AtomicI64::new(i64::MIN),
        }
    }

    /// Says up to which moment the revocations of all instances are known.
    pub(super) fn believe(&self, read_at: Timestamp) {
        self.believed_until.store(read_at.plus(BELIEVED_FOR).as_millis(), Ordering::Release);
    }

    pub(super) fn get(&self, token_hash: &TokenHash, now: Timestamp) -> Option<CachedSession> {
        if now.as_millis() >= self.believed_until.load(Ordering::Acquire) {
            return None;
        }
        self.sessions.get(&Key::from(token_hash)).map(CachedSession::from)
    }

    pub(super) fn before_loading(&self) -> BeforeLoading {
        BeforeLoading(self.evictions.load(Ordering::SeqCst))
    }

    /// Keeps a session, unless some session was evicted since it was loaded. The count is read
    /// again after the insertion: an eviction in between finds the entry and removes it, or is
    /// seen here.
    pub(super) fn keep(&self, token_hash: &TokenHash, session: CachedSession, before: BeforeLoading) {
        let key = Key::from(token_hash);
        self.sessions.insert(key, session.into());
        if self.evictions.load(Ordering::SeqCst) != before.0 {
            self.sessions.remove(&key);
        }
    }

    /// Moves the idle expiry of a kept session, if it is still kept.
    pub(super) fn prolong(&self, token_hash: &TokenHash, session: CachedSession) {
        let before = self.before_loading();
        if self.sessions.peek(&Key::from(token_hash)).is_some() {
            self.keep(token_hash, session, before);
        }
    }

    /// Forgets a session.
    pub(crate) fn evict(&self, token_hash: &TokenHash) {
        self.evictions.fetch_add(1, Ordering::SeqCst);
        self.sessions.remove(&Key::from(token_hash));
    }

    /// Forgets all sessions.
    pub(super) fn clear(&self) {
        self.evictions.fetch_add(1, Ordering::SeqCst);
        self.sessions.clear();
    }

    /// How many sessions are kept.
    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Whether no session is kept.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_kept_session_is_small_and_whole() {
        assert_eq!(size_of::<(Key, Kept)>(), 74);
        let session = CachedSession {
            id: SessionId::new(Uuid::from_u128(1)),
            user_id: UserId::new(Uuid::from_u128(2)),
            idle_expires_at: Timestamp::from_millis(i64::MAX - 3),
            absolute_expires_at: Timestamp::from_millis(-4),
            app: AppIndex::FIRST,
            pseudonym: Pseudonym::new(7),
        };
        assert_eq!(CachedSession::from(Kept::from(session)), session);
    }
}
