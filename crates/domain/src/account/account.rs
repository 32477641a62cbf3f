use std::sync::Arc;

use crate::{
    client::Origin,
    event::{Event, EventKind, Subject},
    ids::{EventId, Ids, UserId},
    recovery::{Recover, Recovery},
    session::{
        BATCH, Person, PersonRecord, Revocation, RevocationReason, Session, SessionCache, revoke_all,
        revoking,
    },
    store::{Attempt, Store},
    store_error::StoreError,
    user::{User, UserChange, UserStatus},
};

/// What changing an account needs of the world.
#[derive(Clone)]
pub struct AccountPorts {
    /// Where users, identities and sessions are kept.
    pub store: Arc<dyn Store>,
    /// Mints ids of events.
    pub ids: Arc<dyn Ids>,
    /// The sessions cached in this process.
    pub cache: Arc<SessionCache>,
}

/// Why an account was not changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AccountError {
    /// There is no such user.
    #[error("no such user")]
    NotFound,
    /// The user's data was erased, for good.
    #[error("the user was erased")]
    Erased,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for AccountError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotFound | Self::Erased => Recover::FixRequest,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// A user with what hangs on their status.
pub(super) struct Account {
    pub(super) user: User,
    pub(super) person: PersonRecord,
    /// Their live sessions, one batch of them at most.
    live: Vec<Session>,
}

/// Whose sessions were ended, and when and why.
pub(super) struct Ended {
    person: Person,
    sessions: Vec<Session>,
    revocation: Revocation,
}

impl Account {
    pub(super) async fn read(store: &dyn Store, id: UserId, origin: &Origin) -> Result<Self, AccountError> {
        let user = store.users().find(id).await?.ok_or(AccountError::NotFound)?;
        if user.status == UserStatus::Erased {
            return Err(AccountError::Erased);
        }
        let person = PersonRecord::of_user(store, id).await?;
        let live = store.sessions().live_of(&person.person(), origin.at, BATCH).await?;
        Ok(Self { user, person, live })
    }

    /// Writes the user, counts up their identities and ends their sessions.
    pub(super) fn close(self, user: User, reason: RevocationReason, origin: &Origin) -> Attempt<Ended> {
        let revocation = Revocation::new(origin.at, reason);
        let mut changes = revoking(&self.live, revocation);
        changes.push(UserChange::Update(user));
        self.person.lock(&mut changes);
        Attempt::new(changes, Ended { person: self.person.person(), sessions: self.live, revocation })
    }

    /// The event that something happened to the account.
    pub(super) fn event(&self, ids: &dyn Ids, kind: EventKind, origin: &Origin) -> Option<Event> {
        let identity = self.person.identities.first()?.id.clone();
        let subject = Subject { identity, user_id: Some(self.user.id), session_id: None };
        Some(Event::new(EventId::mint(ids, origin.at), kind, subject, origin))
    }
}

impl AccountPorts {
    /// Evicts the sessions that were ended, ends those that did not fit into the first batch, and returns whose
    /// they were.
    pub(super) async fn finish(&self, ended: Ended) -> Result<Person, AccountError> {
        for session in &ended.sessions {
            self.cache.evict(&session.token_hash);
        }
        revoke_all(&*self.store, &self.cache, &ended.person, ended.revocation).await?;
        Ok(ended.person)
    }
}
