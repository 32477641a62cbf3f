//! What happened to whom, when, from where: an append-only record, for audit and as an outbox.
//!
//! An event is written in the unit of work that made it true, and holds no secret.

use async_trait::async_trait;

use crate::{
    identity::IdentityId,
    ids::id,
    profile::UserId,
    session::{ClientInfo, SessionId},
    store::StoreError,
    time::Timestamp,
};

id! {
    /// An event's id.
    EventId
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A code was exchanged and a session opened.
    LoggedIn,
    /// A login was repeated with its idempotency key and got a fresh token.
    LoginRepeated,
    /// An unknown user became a known one.
    Registered,
    /// An identity was bound to a user who registered at another app, or on another device.
    Joined,
    /// The user typed in a new profile.
    ProfileChanged,
    /// The profile was refreshed from open data.
    ProfileRefreshed,
    /// The session ended itself.
    LoggedOut,
    /// The session ended another one.
    SessionRevoked,
    /// All sessions of the user were ended.
    AllSessionsRevoked,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::LoggedIn,
        Self::LoginRepeated,
        Self::Registered,
        Self::Joined,
        Self::ProfileChanged,
        Self::ProfileRefreshed,
        Self::LoggedOut,
        Self::SessionRevoked,
        Self::AllSessionsRevoked,
    ];

    /// The name under which the event is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LoggedIn => "logged_in",
            Self::LoginRepeated => "login_repeated",
            Self::Registered => "registered",
            Self::Joined => "joined",
            Self::ProfileChanged => "profile_changed",
            Self::ProfileRefreshed => "profile_refreshed",
            Self::LoggedOut => "logged_out",
            Self::SessionRevoked => "session_revoked",
            Self::AllSessionsRevoked => "all_sessions_revoked",
        }
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id, which sorts by time.
    pub id: EventId,
    /// What happened.
    pub kind: EventKind,
    /// To whom, as WeChat knows them.
    pub identity: IdentityId,
    /// To whom, as we know them.
    pub user_id: Option<UserId>,
    /// In which session.
    pub session_id: Option<SessionId>,
    /// When.
    pub at: Timestamp,
    /// From where.
    pub client: ClientInfo,
}

/// The record of events.
#[async_trait]
pub trait Events: Send + Sync {
    /// Appends an event.
    async fn append(&self, event: &Event) -> Result<(), StoreError>;

    /// The latest events of an identity, newest first, at most `limit`.
    async fn latest(&self, identity: &IdentityId, limit: u32) -> Result<Vec<Event>, StoreError>;
}
