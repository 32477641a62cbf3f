use std::{sync::Arc, time::Duration};

use super::{
    Revocation, Session, SessionCache, SessionId, SessionLifetime, SessionState, Token, TokenHash, Tokens,
    Touch, Touches, cache::CachedSession,
};
use crate::{
    app::{AppIndex, Apps},
    recovery::Recover,
    store::{Store, StoreError},
    time::{Clock, Timestamp},
};

/// How often at most a session's last use is written down.
const TOUCH_EVERY: Duration = Duration::from_mins(1);

/// Whoever sent a live token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The hash of the token they sent.
    pub token_hash: TokenHash,
    /// Their session.
    pub session_id: SessionId,
    /// Whether they are a known user.
    pub state: SessionState,
    /// The app they use.
    pub app: AppIndex,
    /// When the session ends if nothing more happens.
    pub expires_at: Timestamp,
}

/// Why a token opens nothing.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AuthenticateError {
    /// No session has this token: it was never issued, or its session is long gone.
    #[error("the token is not known")]
    Unknown,
    /// The session ended by itself.
    #[error("the session has expired")]
    Expired,
    /// The session was ended.
    #[error("the session was ended")]
    Revoked(Revocation),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AuthenticateError {
    /// What the client should do next.
    pub fn recover(&self) -> Recover {
        match self {
            Self::Unknown | Self::Expired | Self::Revoked(_) => Recover::LoginAgain,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Tells who sent a token. This is the hot path: where the cache knows the session, nothing is
/// awaited.
pub struct Authenticate {
    store: Arc<dyn Store>,
    tokens: Arc<dyn Tokens>,
    clock: Arc<dyn Clock>,
    apps: Arc<Apps>,
    lifetime: SessionLifetime,
    cache: Arc<SessionCache>,
    touches: Arc<Touches>,
}

impl Authenticate {
    /// Checks tokens against `cache`, and against `store` where that does not know.
    pub fn new(
        store: Arc<dyn Store>,
        tokens: Arc<dyn Tokens>,
        clock: Arc<dyn Clock>,
        apps: Arc<Apps>,
        lifetime: SessionLifetime,
        cache: Arc<SessionCache>,
        touches: Arc<Touches>,
    ) -> Self {
        Self { store, tokens, clock, apps, lifetime, cache, touches }
    }

    /// Who sent `token`.
    pub async fn execute(&self, token: &Token) -> Result<Caller, AuthenticateError> {
        let now = self.clock.now();
        let token_hash = self.tokens.digest(token.expose());
        if let Some(session) = self.cache.get(&token_hash, now) {
            return self.admit_cached(token_hash, session, now);
        }
        let before = self.cache.before_loading();
        let session = self.store.sessions().find_by_token(&token_hash).await?;
        let session = session.ok_or(AuthenticateError::Unknown)?;
        let caller = self.admit(&session, now)?;
        if let SessionState::Registered(user_id) = session.state {
            let cached = CachedSession {
                id: session.id,
                user_id,
                idle_expires_at: session.idle_expires_at,
                absolute_expires_at: session.absolute_expires_at,
                app: caller.app,
            };
            self.cache.keep(&token_hash, cached, before);
        }
        Ok(caller)
    }

    fn admit(&self, session: &Session, now: Timestamp) -> Result<Caller, AuthenticateError> {
        if let Some(revocation) = session.revoked {
            return Err(AuthenticateError::Revoked(revocation));
        }
        if now >= session.expires_at() {
            return Err(AuthenticateError::Expired);
        }
        // An app that is no longer configured takes its sessions with it.
        let app = self.apps.index_of(&session.identity.app_id).ok_or(AuthenticateError::Unknown)?;
        if !session.is_claimed() {
            // The first use is written down without the usual minute's delay: it is what tells a
            // repeated login that the token arrived.
            self.touch(session.id, now.max(session.created_at.plus(Duration::from_millis(1))));
        } else if self.is_due(session.idle_expires_at, now) {
            self.touch(session.id, now);
        }
        Ok(Caller {
            token_hash: session.token_hash,
            session_id: session.id,
            state: session.state,
            app,
            expires_at: session.expires_at(),
        })
    }

    fn admit_cached(
        &self,
        token_hash: TokenHash,
        mut session: CachedSession,
        now: Timestamp,
    ) -> Result<Caller, AuthenticateError> {
        if now >= session.expires_at() {
            self.cache.evict(&token_hash);
            return Err(AuthenticateError::Expired);
        }
        if self.is_due(session.idle_expires_at, now) {
            session.idle_expires_at = self.touch(session.id, now);
            self.cache.prolong(&token_hash, session);
        }
        Ok(Caller {
            token_hash,
            session_id: session.id,
            state: SessionState::Registered(session.user_id),
            app: session.app,
            expires_at: session.expires_at(),
        })
    }

    /// Whether the last use on record is old enough to be written anew.
    fn is_due(&self, idle_expires_at: Timestamp, now: Timestamp) -> bool {
        now >= idle_expires_at.minus(self.lifetime.idle).plus(TOUCH_EVERY)
    }

    /// Notes that a session was seen, and says when it now ends if it is not used again.
    fn touch(&self, session_id: SessionId, seen_at: Timestamp) -> Timestamp {
        let idle_expires_at = seen_at.plus(self.lifetime.idle);
        self.touches.note(Touch { session_id, seen_at, idle_expires_at });
        idle_expires_at
    }
}
