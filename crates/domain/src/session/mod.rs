//! Sessions: who is logged in, on which phone, until when.
//!
//! A login always yields a session. It starts out *unregistered* where the user is unknown; the
//! state says which routes it opens. The token is shown once and stored as a hash.
//!
//! [`Authenticate`] is the hot path of the whole server: token, hash, in-process cache, store.

mod authenticate;
mod cache;
mod client;
mod end;
mod list;
mod ports;
mod refresh;
mod token;
mod touch;

use std::time::Duration;

pub use authenticate::{Authenticate, AuthenticateError, Caller};
pub use cache::SessionCache;
pub use client::ClientInfo;
pub use end::{EndAllSessions, EndOtherSession, EndOtherSessionError, EndSession, EndSessionError};
pub use list::{ListSessions, ListSessionsError, ListedSession};
pub use ports::{Sessions, Touch};
pub use refresh::RefreshRevocations;
pub use token::{Digest, Token, TokenHash, Tokens};
pub use touch::{FlushTouches, Touches};

use crate::{
    identity::IdentityId,
    ids::id,
    profile::UserId,
    sealing::{Sealed, SealedPlace},
    time::Timestamp,
};

id! {
    /// A session's id: for lists and logs. It opens nothing.
    SessionId
}

/// Whether the user behind a session is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// WeChat vouches for them, but they have not registered.
    Unregistered,
    /// They are this user.
    Registered(UserId),
}

impl SessionState {
    /// The user, where known.
    pub const fn user_id(self) -> Option<UserId> {
        match self {
            Self::Unregistered => None,
            Self::Registered(user_id) => Some(user_id),
        }
    }
}

/// Why a session ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationReason {
    /// It logged itself out.
    LoggedOut,
    /// Another session of the same user ended it.
    EndedElsewhere,
    /// Registration put a session with a new token in its place.
    Registered,
    /// Its login was repeated before its token was ever used.
    Unclaimed,
}

impl RevocationReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::LoggedOut, Self::EndedElsewhere, Self::Registered, Self::Unclaimed];

    /// The name under which the reason is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LoggedOut => "logged_out",
            Self::EndedElsewhere => "ended_elsewhere",
            Self::Registered => "registered",
            Self::Unclaimed => "unclaimed",
        }
    }
}

/// A session's early end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: RevocationReason,
}

impl Revocation {
    /// The end of a session at `at`.
    pub const fn new(at: Timestamp, reason: RevocationReason) -> Self {
        Self { at, reason }
    }
}

/// Whose sessions these are: who may list and end them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A registered user, across all apps.
    User(UserId),
    /// Somebody who has not registered, at one app.
    Unregistered(IdentityId),
}

/// The session that took a registered one's place, kept so that a registration whose answer was
/// lost can be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    /// The session with the new token.
    pub session_id: SessionId,
    /// The new token, sealed.
    pub token: Sealed,
}

impl Succession {
    /// Where the successor's token rests: with the session it follows.
    pub(crate) fn place(predecessor: SessionId) -> SealedPlace {
        SealedPlace::in_table("sessions").at(predecessor.as_uuid().as_bytes())
    }
}

/// One login on one phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The hash of its token.
    pub token_hash: TokenHash,
    /// Who logged in.
    pub identity: IdentityId,
    /// Whether the user is known.
    pub state: SessionState,
    /// From where they logged in.
    pub client: ClientInfo,
    /// When they logged in.
    pub created_at: Timestamp,
    /// When the token was last seen, to the minute. Equal to `created_at` until it was first used.
    pub last_seen_at: Timestamp,
    /// When it ends if it is not used.
    pub idle_expires_at: Timestamp,
    /// When it ends however much it is used.
    pub absolute_expires_at: Timestamp,
    /// Its early end.
    pub revoked: Option<Revocation>,
    /// What took its place.
    pub succession: Option<Succession>,
}

impl Session {
    /// When it ends if nothing more happens.
    pub fn expires_at(&self) -> Timestamp {
        self.idle_expires_at.min(self.absolute_expires_at)
    }

    /// Whether it is neither revoked nor expired at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && now < self.expires_at()
    }

    /// Whose session it is.
    pub fn owner(&self) -> Owner {
        match self.state {
            SessionState::Registered(user_id) => Owner::User(user_id),
            SessionState::Unregistered => Owner::Unregistered(self.identity.clone()),
        }
    }

    /// Whether its token was ever used.
    pub fn is_claimed(&self) -> bool {
        self.last_seen_at > self.created_at
    }
}

/// How long sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLifetime {
    /// A session not used for so long ends.
    pub idle: Duration,
    /// A session ends after so long, used or not.
    pub absolute: Duration,
}

impl SessionLifetime {
    /// A new session of `identity`, opened at `now`.
    pub(crate) fn open(
        &self,
        id: SessionId,
        token_hash: TokenHash,
        identity: IdentityId,
        state: SessionState,
        client: ClientInfo,
        now: Timestamp,
    ) -> Session {
        Session {
            id,
            token_hash,
            identity,
            state,
            client,
            created_at: now,
            last_seen_at: now,
            idle_expires_at: now.plus(self.idle),
            absolute_expires_at: now.plus(self.absolute),
            revoked: None,
            succession: None,
        }
    }
}
