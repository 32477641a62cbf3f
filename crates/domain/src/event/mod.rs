//! What happened to whom, when, from where: an append-only record, for audit and as an outbox.
//!
//! An event is committed together with what made it true, and holds no secret. After an erasure the events
//! of the person stay, without what names them.

mod actor;

use async_trait::async_trait;

pub use actor::{Actor, EventDetail, OperatorName};

use crate::{
    app::AppId,
    client::{ClientInfo, Origin},
    ids::{EventId, IdentityId, OpenId, SessionId, UserId},
    store::Change,
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
        /// Nickname, picture or all of the profile was emptied, as WeChat said.
        ProfileErased = "profile_erased",
        /// The person withdrew authorisations in WeChat. The detail is WeChat's numbers for what, with commas
        /// between them.
        AuthorizationRevoked = "authorization_revoked",
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
        /// An operator looked at the person's phone number and openids.
        PersonShown = "person_shown",
        /// An operator exported what is on record of the person.
        UserExported = "user_exported",
        /// An operator read a message of WeChat's. The detail is its id, as of the next one.
        PushShown = "push_shown",
        /// An operator had a message of WeChat's sent to a back end again.
        PushRedelivered = "push_redelivered",
        /// An operator had an event sent to a webhook again. The detail is the number of the delivery.
        WebhookRedelivered = "webhook_redelivered",
        /// An operator was added. The detail is the name, as of the next two.
        OperatorAdded = "operator_added",
        /// An operator got another password.
        OperatorReset = "operator_reset",
        /// An operator may not sign in any more.
        OperatorDisabled = "operator_disabled",
        /// An operator signed in to the console.
        OperatorSignedIn = "operator_signed_in",
        /// An operator had all secrets at rest sealed by the newest master key.
        ResealingStarted = "resealing_started",
        /// Something was signed with the person's session_key. The detail is the kind of signature, with a
        /// colon and the order number where there is one.
        Signed = "signed",
    }
}

/// Whom an event is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The app at which it happened, if it did at one.
    pub app_id: Option<AppId>,
    /// The person, as WeChat knows them at that app. `None` once their data was erased.
    pub openid: Option<OpenId>,
    /// The user they are, where known.
    pub user_id: Option<UserId>,
    /// The session in which it happened, if it did in one.
    pub session_id: Option<SessionId>,
}

impl Subject {
    /// The person with this identity.
    pub fn of(identity: &IdentityId) -> Self {
        let IdentityId { app_id, openid } = identity.clone();
        Self { app_id: Some(app_id), openid: Some(openid), ..Self::default() }
    }

    /// The person, as WeChat knows them.
    pub fn identity(&self) -> Option<IdentityId> {
        let (app_id, openid) = self.app_id.clone().zip(self.openid.clone())?;
        Some(IdentityId { app_id, openid })
    }
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

/// A change to the events on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventChange {
    /// Adds an event. Conflicts where its id is taken.
    Add(Event),
    /// Empties what names the person, in every event of this identity: the openid and the client. So also in
    /// those that the same commit adds before.
    Forget(IdentityId),
}

impl From<Event> for Change {
    fn from(event: Event) -> Self {
        EventChange::Add(event).into()
    }
}

/// Which events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventFilter {
    /// Every event.
    All,
    /// Those of one kind.
    Kind(EventKind),
    /// Those of a person at one app, before they registered as well as after.
    Identity(IdentityId),
    /// Those of a user, at whichever app.
    User(UserId),
}

/// The events on record.
#[async_trait]
pub trait Events: Send + Sync {
    /// The latest events of `filter` whose ids are below `before`, newest first, at most `limit`.
    async fn latest(
        &self,
        filter: &EventFilter,
        before: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError>;

    /// Removes up to `limit` of the events with the lowest ids, of those that were minted before `before`, and
    /// returns how many were removed.
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
