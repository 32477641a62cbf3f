use std::time::Duration;

use super::{SessionId, TokenHash};
use crate::{
    client::{ClientInfo, Origin},
    event::Subject,
    ids::{IdentityId, UserId},
    sealing::{Sealed, SealedPlace},
    text::named,
    time::Timestamp,
};

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

impl From<Option<UserId>> for SessionState {
    fn from(user_id: Option<UserId>) -> Self {
        user_id.map_or(Self::Unregistered, Self::Registered)
    }
}

named! {
    /// Why a session ended before its time.
    RevocationReason {
        /// It logged itself out.
        LoggedOut = "logged_out",
        /// Another session of the same person ended it.
        EndedElsewhere = "ended_elsewhere",
        /// Registration put a session with a new token in its place.
        Registered = "registered",
        /// Its login was repeated before its token was ever used.
        Unclaimed = "unclaimed",
        /// A further login exceeded the number of sessions that a person may have.
        Displaced = "displaced",
        /// An operator blocked the user.
        Blocked = "blocked",
        /// The user's data was erased.
        Erased = "erased",
    }
}

named! {
    /// By which route a session was opened.
    LoginRoute {
        /// The API's.
        Api = "api",
        /// That of the common tutorial, whose client keeps the token of its login when it registers.
        Tutorial = "tutorial",
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
    /// Where the successor's token is stored: with the session it follows.
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
    /// By which route they logged in.
    pub route: LoginRoute,
    /// From where they logged in.
    pub client: ClientInfo,
    /// When they logged in.
    pub created_at: Timestamp,
    /// When the token was last seen, to the minute. Equal to `created_at` until it is first used.
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

    /// Whether its token was ever used.
    pub fn is_claimed(&self) -> bool {
        self.last_seen_at > self.created_at
    }

    /// Whom an event in this session is about.
    pub fn subject(&self) -> Subject {
        let (user_id, session_id) = (self.state.user_id(), Some(self.id));
        Subject { user_id, session_id, ..Subject::of(&self.identity) }
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

/// What a new session is known by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewSession {
    pub(crate) id: SessionId,
    pub(crate) token_hash: TokenHash,
    pub(crate) route: LoginRoute,
    pub(crate) lifetime: SessionLifetime,
}

impl NewSession {
    /// The session, opened for `identity` by a request from `origin`.
    pub(crate) fn open(self, identity: IdentityId, state: SessionState, origin: &Origin) -> Session {
        let Self { id, token_hash, route, lifetime } = self;
        Session {
            id,
            token_hash,
            identity,
            state,
            route,
            client: origin.client.clone(),
            created_at: origin.at,
            last_seen_at: origin.at,
            idle_expires_at: origin.at.plus(lifetime.idle),
            absolute_expires_at: origin.at.plus(lifetime.absolute),
            revoked: None,
            succession: None,
        }
    }
}
