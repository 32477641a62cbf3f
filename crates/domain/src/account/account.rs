use std::sync::Arc;

use crate::{
    client::Origin,
    event::{Actor, Event, EventKind, Subject},
    ids::{EventId, Ids, UserId},
    recovery::{Recover, Recovery},
    session::{
        BATCH, Person, PersonRecord, Revocation, RevocationReason, Session, SessionCache, revoke_all,
        revoking,
    },
    store::{Attempt, Store},
    store_error::StoreError,
    time::Timestamp,
    user::{User, UserStatus},
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

/// What is to happen to whose account, and who wants it.
#[derive(Clone, Debug)]
pub struct AccountCommand {
    /// The user.
    pub user: UserId,
    /// Who wants it.
    pub by: Actor,
    /// The request.
    pub origin: Origin,
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
    /// Their sessions that were not revoked, one batch of them at most.
    pub(super) unrevoked: Vec<Session>,
}

/// Whose sessions were ended, and when and why.
pub(super) struct Ended {
    person: Person,
    sessions: Vec<Session>,
    revocation: Revocation,
}

impl Account {
    pub(super) async fn read(store: &dyn Store, command: &AccountCommand) -> Result<Self, AccountError> {
        let user = store.users().find(command.user).await?.ok_or(AccountError::NotFound)?;
        if user.status == UserStatus::Erased {
            return Err(AccountError::Erased);
        }
        let person = PersonRecord::of_user(store, user.id).await?;
        let unrevoked = store.sessions().unrevoked_of(&person.person(), BATCH).await?;
        Ok(Self { user, person, unrevoked })
    }

    /// Ends the sessions of the user and counts up their identities.
    pub(super) fn end_sessions(self, reason: RevocationReason, at: Timestamp) -> Attempt<Ended> {
        let revocation = Revocation::new(at, reason);
        let mut changes = revoking(&self.unrevoked, revocation);
        self.person.lock(&mut changes);
        Attempt::new(changes, Ended { person: self.person.person(), sessions: self.unrevoked, revocation })
    }

    /// The event that something happened to the account.
    pub(super) fn event(&self, ids: &dyn Ids, kind: EventKind, command: &AccountCommand) -> Event {
        let identity = self.person.identities.first().map(|identity| Subject::of(&identity.id));
        let subject = Subject { user_id: Some(self.user.id), ..identity.unwrap_or_default() };
        let id = EventId::mint(ids, command.origin.at);
        Event::new(id, kind, subject, &command.origin).by(command.by.clone())
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
