use std::time::Duration;

use super::account::{Account, AccountCommand, AccountError, AccountPorts};
use crate::{
    client::{ClientInfo, Origin},
    diagnosis::DiagnosisChange,
    event::{Actor, Event, EventChange, EventKind, Subject},
    identity::{IdentityChange, IdentityRecord},
    ids::{EventId, UserId},
    key_ring::KeyRingChange,
    one_time_code::CodeAttemptChange,
    phone::PhoneChange,
    push::PushChange,
    recovery::{Recover, Recovery},
    session::{AuthenticateError, Caller, PersonRecord, Session, SessionChange},
    store::{Attempt, Changes},
    store_error::StoreError,
    time::Timestamp,
    user::{Profile, User, UserChange, UserStatus},
};

/// How long ago a login may be for its session to erase its user.
pub const FRESH_LOGIN: Duration = Duration::from_mins(5);

/// Erases what is known of a person: profile, phone number, openids, unionids, session keys, sessions, diagnoses and
/// messages of WeChat's.
///
/// The row of the user stays, without names, so that nobody gets their id again. Events stay, too, without
/// openids and without addresses. Who logs in again with the same openid is somebody new, whether the user
/// was blocked or not: nothing is left that would tell.
pub struct EraseUser {
    ports: AccountPorts,
}

/// The proof of an erasure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Whose data was erased.
    pub user: UserId,
    /// The event that says so.
    pub event: EventId,
    /// When.
    pub at: Timestamp,
}

impl EraseUser {
    /// Erases users with these ports.
    pub const fn new(ports: AccountPorts) -> Self {
        Self { ports }
    }

    /// Erases the user's data and ends all of their sessions, for good, in one commit.
    pub async fn execute(&self, command: &AccountCommand) -> Result<Erasure, AccountError> {
        let (erasure, ended) = self.ports.store.settle(|| self.attempt(command)).await?;
        self.evict(&ended);
        Ok(erasure)
    }

    /// Evicts the sessions that an erasure ended.
    pub(crate) fn evict(&self, ended: &[Session]) {
        for session in ended {
            self.ports.cache.evict(&session.token_hash);
        }
    }

    /// Erases the person with this identity, who deleted their WeChat account: the user, if they registered. The
    /// outcome is the sessions that end.
    pub(crate) async fn attempt_by_wechat(
        &self,
        record: &IdentityRecord,
        at: Timestamp,
    ) -> Result<Attempt<Vec<Session>>, StoreError> {
        let origin = Origin { at, client: ClientInfo::default() };
        let Some(user) = record.identity.user_id else {
            let stranger = PersonRecord::of(&*self.ports.store, record).await?;
            let mut changes = self.forgetting(&stranger, at).await?;
            let subject = Subject { app_id: Some(record.identity.id.app_id.clone()), ..Subject::default() };
            changes.push(self.event(subject, &Actor::WeChat, &origin));
            return Ok(Attempt::new(changes, Vec::new()));
        };
        match self.attempt(&AccountCommand { user, by: Actor::WeChat, origin }).await {
            Ok(attempt) => Ok(attempt.map(|(_, ended)| ended)),
            // Somebody was faster.
            Err(AccountError::NotFound | AccountError::Erased) => Ok(Attempt::unchanged(Vec::new())),
            Err(AccountError::Store(error)) => Err(error),
        }
    }

    async fn attempt(
        &self,
        command: &AccountCommand,
    ) -> Result<Attempt<(Erasure, Vec<Session>)>, AccountError> {
        let store = &*self.ports.store;
        let account = Account::read(store, command).await?;
        let (id, at) = (account.user.id, command.origin.at);
        let mut changes = self.forgetting(&account.person, at).await?;
        changes.extend(store.phones().of_user(id).await?.map(PhoneChange::Unbind));
        let (status, profile, union) = (UserStatus::Erased, Profile::default(), None);
        changes.push(UserChange::Update(User { status, profile, union, updated_at: at, ..account.user }));
        let subject = Subject { user_id: Some(id), ..Subject::default() };
        let event = self.event(subject, &command.by, &command.origin);
        let erasure = Erasure { user: id, event: event.id, at };
        changes.push(event);
        Ok(Attempt::new(changes, (erasure, account.unrevoked)))
    }

    /// Removes what is on record of a person but the user, and empties what has to stay.
    async fn forgetting(&self, record: &PersonRecord, at: Timestamp) -> Result<Changes, StoreError> {
        let mut changes = Changes::default();
        for identity in &record.identities {
            let found = self.ports.store.identities().find(&identity.id).await?;
            for key in found.into_iter().flat_map(|found| found.keys) {
                let (identity, generation) = (identity.id.clone(), key.generation);
                changes.push(KeyRingChange::Remove { identity, generation });
            }
            changes.push(IdentityChange::Remove(identity.clone()));
            changes.push(EventChange::Forget(identity.id.clone()));
            changes.push(PushChange::Forget(identity.id.clone()));
            changes.push(CodeAttemptChange::Forget { identity: identity.id.clone(), at });
        }
        changes.push(SessionChange::Forget(record.person()));
        changes.push(DiagnosisChange::Forget(record.person()));
        Ok(changes)
    }

    /// The event says who erased whom, and nothing more of the person.
    fn event(&self, subject: Subject, by: &Actor, origin: &Origin) -> Event {
        let client = if *by == Actor::Person { ClientInfo::default() } else { origin.client.clone() };
        let origin = Origin { client, ..origin.clone() };
        let id = EventId::mint(&*self.ports.ids, origin.at);
        Event::new(id, EventKind::UserErased, subject, &origin).by(by.clone())
    }
}

/// Why a person's data was not erased at their own wish.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EraseSelfError {
    /// The caller has not registered.
    #[error("the session is not registered")]
    NotRegistered,
    /// The caller's login is older than [`FRESH_LOGIN`].
    #[error("the login is too old")]
    LoginTooOld,
    /// The session opens nothing any more.
    #[error(transparent)]
    Session(#[from] AuthenticateError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AccountError> for EraseSelfError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::NotFound | AccountError::Erased => AuthenticateError::Unknown.into(),
            AccountError::Store(error) => error.into(),
        }
    }
}

impl Recovery for EraseSelfError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotRegistered => Recover::Register,
            Self::LoginTooOld => Recover::LoginAgain,
            Self::Session(error) => error.recover(),
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Erases the caller's own data.
pub struct EraseSelf {
    erase: EraseUser,
}

impl EraseSelf {
    /// Erases users with these ports.
    pub const fn new(ports: AccountPorts) -> Self {
        Self { erase: EraseUser::new(ports) }
    }

    /// Erases what is known of the caller, if they have just logged in: a token that somebody found on a
    /// phone must not be enough.
    pub async fn execute(&self, caller: &Caller, origin: Origin) -> Result<Erasure, EraseSelfError> {
        let presented = caller.present(&*self.erase.ports.store, origin.at).await?;
        let user = presented.user().ok_or(EraseSelfError::NotRegistered)?.id;
        if origin.at > presented.session.created_at.plus(FRESH_LOGIN) {
            return Err(EraseSelfError::LoginTooOld);
        }
        Ok(self.erase.execute(&AccountCommand { user, by: Actor::Person, origin }).await?)
    }
}
