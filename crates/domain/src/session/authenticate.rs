use std::{sync::Arc, time::Duration};

use super::{
    Presented, Revocation, Session, SessionCache, SessionId, SessionLifetime, SessionState, Token, TokenHash,
    Tokens, Touch, Touches, cache::CachedSession,
};
use crate::{
    app::{AppIndex, Apps},
    identity::{Pseudonym, Pseudonyms},
    recovery::{Recover, Recovery},
    store::Store,
    store_error::StoreError,
    time::{Clock, Timestamp},
};

/// How often at most a session's last use is recorded.
const TOUCH_EVERY: Duration = Duration::from_mins(1);

/// The sender of a live token.
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
    /// What logs call them.
    pub pseudonym: Pseudonym,
    /// When the session ends if nothing more happens.
    pub expires_at: Timestamp,
}

impl Caller {
    /// The caller's session and identity, if the session still opens anything at `now`.
    pub(crate) async fn present(
        &self,
        store: &dyn Store,
        now: Timestamp,
    ) -> Result<Presented, AuthenticateError> {
        let presented = store.sessions().presented(&self.token_hash).await?;
        presented.ok_or(AuthenticateError::Unknown)?.admitted(now)
    }
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
    /// The user was blocked or erased.
    #[error("the user may not sign in")]
    UserBlocked,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for AuthenticateError {
    fn recover(&self) -> Recover {
        match self {
            Self::Unknown | Self::Expired | Self::Revoked(_) => Recover::LoginAgain,
            Self::UserBlocked => Recover::Operator,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// What a check needs of the world.
#[derive(Clone)]
pub struct AuthenticatePorts {
    /// Where sessions are kept.
    pub store: Arc<dyn Store>,
    /// Hashes tokens.
    pub tokens: Arc<dyn Tokens>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// The apps that are served.
    pub apps: Arc<Apps>,
    /// Gives callers the names that logs call them.
    pub pseudonyms: Arc<dyn Pseudonyms>,
    /// How long sessions live.
    pub lifetime: SessionLifetime,
    /// The sessions cached in this process.
    pub cache: Arc<SessionCache>,
    /// Where uses are collected.
    pub touches: Arc<Touches>,
}

/// Finds the sender of a token. This is the hot path: where the cache has the session, nothing is
/// awaited.
pub struct Authenticate {
    ports: AuthenticatePorts,
}

impl Authenticate {
    /// Checks tokens against the cache, and against the store on a miss.
    pub const fn new(ports: AuthenticatePorts) -> Self {
        Self { ports }
    }

    /// Who sent `token`.
    pub async fn execute(&self, token: &Token) -> Result<Caller, AuthenticateError> {
        let Self { ports } = self;
        let now = ports.clock.now();
        let token_hash = ports.tokens.digest(token.expose());
        if let Some(session) = ports.cache.get(&token_hash, now) {
            return self.admit_cached(token_hash, session, now);
        }
        let before = ports.cache.before_loading();
        let session = ports.store.sessions().check(&token_hash).await?;
        let session = session.ok_or(AuthenticateError::Unknown)?.admitted(now)?;
        let caller = self.admit(token_hash, &session, now)?;
        if let SessionState::Registered(user_id) = session.state {
            let cached = CachedSession {
                id: session.id,
                user_id,
                idle_expires_at: session.idle_expires_at,
                absolute_expires_at: session.absolute_expires_at,
                app: caller.app,
                pseudonym: caller.pseudonym,
            };
            ports.cache.keep(&token_hash, cached, before);
        }
        Ok(caller)
    }

    fn admit(
        &self,
        token_hash: TokenHash,
        session: &Session,
        now: Timestamp,
    ) -> Result<Caller, AuthenticateError> {
        // An app that is no longer configured takes its sessions with it.
        let app = self.ports.apps.index_of(&session.identity.app_id).ok_or(AuthenticateError::Unknown)?;
        if !session.is_claimed() {
            // The first use is recorded without the usual minute's delay: it shows a repeated login that
            // the token arrived.
            self.touch(session.id, now.max(session.created_at.plus(Duration::from_millis(1))));
        } else if self.is_due(session.idle_expires_at, now) {
            self.touch(session.id, now);
        }
        Ok(Caller {
            token_hash,
            session_id: session.id,
            state: session.state,
            app,
            pseudonym: self.ports.pseudonyms.of(&session.identity),
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
            self.ports.cache.evict(&token_hash);
            return Err(AuthenticateError::Expired);
        }
        if self.is_due(session.idle_expires_at, now) {
            session.idle_expires_at = self.touch(session.id, now);
            self.ports.cache.prolong(&token_hash, session);
        }
        Ok(Caller {
            token_hash,
            session_id: session.id,
            state: SessionState::Registered(session.user_id),
            app: session.app,
            pseudonym: session.pseudonym,
            expires_at: session.expires_at(),
        })
    }

    /// Whether the last use on record is old enough to be recorded again.
    fn is_due(&self, idle_expires_at: Timestamp, now: Timestamp) -> bool {
        now >= idle_expires_at.minus(self.ports.lifetime.idle).plus(TOUCH_EVERY)
    }

    /// Records that a session was seen, and returns when it now ends if it is not used again.
    fn touch(&self, session_id: SessionId, seen_at: Timestamp) -> Timestamp {
        let idle_expires_at = seen_at.plus(self.ports.lifetime.idle);
        self.ports.touches.note(Touch { session_id, seen_at, idle_expires_at });
        idle_expires_at
    }
}
