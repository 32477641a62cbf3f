//! What happened to whom, when, from where: an append-only record, for audit and as an outbox.
//!
//! An event is committed together with what made it true, and holds no secret.

use async_trait::async_trait;

use crate::{
    client::{ClientInfo, Origin},
    ids::{EventId, IdentityId, SessionId, UserId},
    store_error::StoreError,
    text::named,
    time::Timestamp,
};

named! {
    /// What happened.
    EventKind {
        /// A code was exchanged and a session opened.
        LoggedIn = "logged_in",
        /// A login was repeated with its idempotency key and got a new token.
        LoginRepeated = "login_repeated",
        /// A stranger became a user.
        Registered = "registered",
        /// An identity was bound to a user who registered at another app.
        Joined = "joined",
        /// The user typed in a new profile.
        ProfileChanged = "profile_changed",
        /// The profile was refreshed from open data.
        ProfileRefreshed = "profile_refreshed",
        /// A phone number was bound to the user.
        PhoneBound = "phone_bound",
        /// The user's phone number was removed.
        PhoneUnbound = "phone_unbound",
        /// The session ended itself.
        LoggedOut = "logged_out",
        /// The session ended another one.
        SessionRevoked = "session_revoked",
        /// All sessions of the person were ended.
        AllSessionsRevoked = "all_sessions_revoked",
        /// The user was blocked.
        UserBlocked = "user_blocked",
        /// A block was lifted.
        UserUnblocked = "user_unblocked",
        /// The user's data was erased.
        UserErased = "user_erased",
    }
}

/// Whom an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The person, as WeChat knows them.
    pub identity: IdentityId,
    /// The user they are, where known.
    pub user_id: Option<UserId>,
    /// The session in which it happened, if it did in one.
    pub session_id: Option<SessionId>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id, which sorts by time.
    pub id: EventId,
    /// What happened.
    pub kind: EventKind,
    /// To whom.
    pub subject: Subject,
    /// When.
    pub at: Timestamp,
    /// From where.
    pub client: ClientInfo,
}

impl Event {
    /// `kind` happened to `subject` by a request from `origin`.
    pub fn new(id: EventId, kind: EventKind, subject: Subject, origin: &Origin) -> Self {
        Self { id, kind, subject, at: origin.at, client: origin.client.clone() }
    }
}

/// The events on record.
#[async_trait]
pub trait Events: Send + Sync {
    /// The latest events of an identity, newest first, at most `limit`.
    async fn latest(&self, identity: &IdentityId, limit: u32) -> Result<Vec<Event>, StoreError>;
}
