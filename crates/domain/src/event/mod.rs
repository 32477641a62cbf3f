//! What happened to whom, when, from where: an append-only record, for audit and as an outbox.
//!
//! An event is committed together with what made it true, and holds no secret.

mod actor;

use async_trait::async_trait;

pub use actor::{Actor, EventDetail};

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
        /// Something was signed with the person's session_key. The detail is the kind of signature, with a
        /// colon and the order number where there is one.
        Signed = "signed",
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
    /// Who did it.
    pub actor: Actor,
    /// What else is to be known of it.
    pub detail: Option<EventDetail>,
}

impl Event {
    /// `kind` happened to `subject` by a request of their own from `origin`.
    pub fn new(id: EventId, kind: EventKind, subject: Subject, origin: &Origin) -> Self {
        let (at, client) = (origin.at, origin.client.clone());
        Self { id, kind, subject, at, client, actor: Actor::Person, detail: None }
    }

    /// The same event, done by `actor`.
    #[must_use]
    pub fn by(self, actor: Actor) -> Self {
        Self { actor, ..self }
    }

    /// The same event with a detail.
    #[must_use]
    pub fn with_detail(self, detail: EventDetail) -> Self {
        Self { detail: Some(detail), ..self }
    }
}

/// The events on record.
#[async_trait]
pub trait Events: Send + Sync {
    /// The latest events of an identity, newest first, at most `limit`.
    async fn latest(&self, identity: &IdentityId, limit: u32) -> Result<Vec<Event>, StoreError>;
}
