use std::{slice, sync::Arc};

use super::{
    AuthenticateError, Caller, ClientInfo, Person, Presented, Revocation, RevocationReason, Session,
    SessionCache, SessionChange, SessionId, Sessions, person::PersonRecord,
};
use crate::{
    client::Origin,
    event::{Event, EventKind},
    identity::IdentityChange,
    ids::{EventId, Ids},
    recovery::{Recover, Recovery},
    session_key_check::ResetSessionKeys,
    store::{Attempt, Changes, Store},
    store_error::StoreError,
    time::{Clock, Timestamp},
};

/// The most sessions that are ended in one commit.
pub(crate) const BATCH: u32 = 500;

/// Why sessions could not be ended.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EndSessionError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for EndSessionError {
    fn recover(&self) -> Recover {
        match self {
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Why another session could not be ended.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EndOtherSessionError {
    /// The caller's own session opens nothing any more.
    #[error(transparent)]
    Session(#[from] AuthenticateError),
    /// The caller has no live session with this id.
    #[error("no such session")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for EndOtherSessionError {
    fn recover(&self) -> Recover {
        match self {
            Self::Session(error) => error.recover(),
            Self::NotFound => Recover::FixRequest,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// What ending sessions needs of the world.
#[derive(Clone)]
pub struct EndPorts {
    /// Where sessions are kept.
    pub store: Arc<dyn Store>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Mints ids of events.
    pub ids: Arc<dyn Ids>,
    /// The sessions cached in this process.
    pub cache: Arc<SessionCache>,
}

impl EndPorts {
    fn origin(&self, client: &ClientInfo) -> Origin {
        Origin { at: self.clock.now(), client: client.clone() }
    }

    fn event(&self, kind: EventKind, actor: &Session, origin: &Origin) -> Event {
        Event::new(EventId::mint(&*self.ids, origin.at), kind, actor.subject(), origin)
    }

    /// Removes sessions from the cache, so that the next request on this instance sees their end.
    fn evict(&self, sessions: &[Session]) {
        for session in sessions {
            self.cache.evict(&session.token_hash);
        }
    }
}

/// The changes that end these sessions.
pub(crate) fn revoking<'a>(
    sessions: impl IntoIterator<Item = &'a Session>,
    revocation: Revocation,
) -> Changes {
    sessions.into_iter().map(|session| SessionChange::Revoke { id: session.id, revocation }).collect()
}

/// Ends every session of `person` that was opened before, in batches, to the end. The caller has already
/// made sure that no login which was decided before can open another one.
pub(crate) async fn revoke_all(
    store: &dyn Store,
    cache: &SessionCache,
    person: &Person,
    revocation: Revocation,
) -> Result<(), StoreError> {
    loop {
        let batch = || async move {
            // Those that have expired, too: by a clock that is right again they may have not.
            let mut unrevoked = store.sessions().unrevoked_of(person, BATCH).await?;
            unrevoked.retain(|session| session.created_at <= revocation.at);
            Ok::<_, StoreError>(Attempt::new(revoking(&unrevoked, revocation), unrevoked))
        };
        let ended = store.settle(batch).await?;
        if ended.is_empty() {
            return Ok(());
        }
        for session in &ended {
            cache.evict(&session.token_hash);
        }
    }
}

/// The session, or the one that registration put in its place.
async fn current(sessions: &dyn Sessions, session: Session) -> Result<Option<Session>, StoreError> {
    match &session.succession {
        Some(succession) => sessions.find(succession.session_id).await,
        None => Ok(Some(session)),
    }
}

/// Logs out here: ends the caller's own session.
pub struct EndSession {
    ports: EndPorts,
}

impl EndSession {
    /// Ends sessions with these ports.
    pub const fn new(ports: EndPorts) -> Self {
        Self { ports }
    }

    /// Ends the caller's session, or the one that registration has put in its place meanwhile. One
    /// that was ended before is no error.
    pub async fn execute(&self, caller: &Caller, client: &ClientInfo) -> Result<(), EndSessionError> {
        let ended = self.ports.store.settle(|| self.attempt(caller, client)).await?;
        self.ports.evict(&ended);
        self.ports.cache.evict(&caller.token_hash);
        Ok(())
    }

    async fn attempt(
        &self,
        caller: &Caller,
        client: &ClientInfo,
    ) -> Result<Attempt<Vec<Session>>, StoreError> {
        let sessions = self.ports.store.sessions();
        let Some(Presented { session, record }) = sessions.presented(&caller.token_hash).await? else {
            return Ok(Attempt::unchanged(Vec::new()));
        };
        let Some(own) = current(sessions, session).await?.filter(|own| own.revoked.is_none()) else {
            return Ok(Attempt::unchanged(Vec::new()));
        };
        let origin = self.ports.origin(client);
        let revocation = Revocation::new(origin.at, RevocationReason::LoggedOut);
        let mut changes = revoking([&own], revocation);
        changes.push(IdentityChange::Update(record.identity));
        changes.push(self.ports.event(EventKind::LoggedOut, &own, &origin));
        Ok(Attempt::new(changes, vec![own]))
    }
}

/// Logs out elsewhere: ends one session of the same person.
pub struct EndOtherSession {
    ports: EndPorts,
}

impl EndOtherSession {
    /// Ends sessions with these ports.
    pub const fn new(ports: EndPorts) -> Self {
        Self { ports }
    }

    /// Ends the session `id` of the caller's person.
    pub async fn execute(
        &self,
        caller: &Caller,
        id: SessionId,
        client: &ClientInfo,
    ) -> Result<(), EndOtherSessionError> {
        let ended = self.ports.store.settle(|| self.attempt(caller, id, client)).await?;
        self.ports.evict(slice::from_ref(&ended));
        Ok(())
    }

    async fn attempt(
        &self,
        caller: &Caller,
        id: SessionId,
        client: &ClientInfo,
    ) -> Result<Attempt<Session>, EndOtherSessionError> {
        let store = &*self.ports.store;
        let origin = self.ports.origin(client);
        let own = store.sessions().presented(&caller.token_hash).await?;
        let own = own.ok_or(AuthenticateError::Unknown)?.admitted(origin.at)?;
        let other = store.sessions().find(id).await?.ok_or(EndOtherSessionError::NotFound)?;
        let other = current(store.sessions(), other).await?.filter(|other| other.is_live(origin.at));
        let other = other.ok_or(EndOtherSessionError::NotFound)?;
        let person = PersonRecord::of(store, &own.record).await?;
        let identity = person.identities.into_iter().find(|identity| identity.id == other.identity);
        let identity = identity.ok_or(EndOtherSessionError::NotFound)?;
        let is_own = own.session.id == other.id;
        let reason = if is_own { RevocationReason::LoggedOut } else { RevocationReason::EndedElsewhere };
        let mut changes = revoking([&other], Revocation::new(origin.at, reason));
        changes.push(IdentityChange::Update(identity));
        changes.push(self.ports.event(EventKind::SessionRevoked, &own.session, &origin));
        Ok(Attempt::new(changes, other))
    }
}

/// Logs out everywhere: ends every session of the person, the caller's included.
pub struct EndAllSessions {
    ports: EndPorts,
    reset: ResetSessionKeys,
}

impl EndAllSessions {
    /// Ends sessions with these ports, and resets the keys of the person.
    pub const fn new(ports: EndPorts, reset: ResetSessionKeys) -> Self {
        Self { ports, reset }
    }

    /// Ends every live session of the caller's person, registered or not, at every app. A login or a
    /// registration that was decided before is decided again, and finds its session ended.
    pub async fn execute(&self, caller: &Caller, client: &ClientInfo) -> Result<(), EndSessionError> {
        let Some(ended) = self.ports.store.settle(|| self.attempt(caller, client)).await? else {
            return Ok(());
        };
        self.ports.evict(&ended.sessions);
        let revocation = Revocation::new(ended.at, RevocationReason::EndedElsewhere);
        revoke_all(&*self.ports.store, &self.ports.cache, &ended.person, revocation).await?;
        self.reset.start(ended.person.identities);
        Ok(())
    }

    /// Ends the first batch, and locks out what was decided before.
    async fn attempt(
        &self,
        caller: &Caller,
        client: &ClientInfo,
    ) -> Result<Attempt<Option<Ended>>, StoreError> {
        let store = &*self.ports.store;
        let Some(own) = store.sessions().presented(&caller.token_hash).await? else {
            return Ok(Attempt::unchanged(None));
        };
        let origin = self.ports.origin(client);
        let record = PersonRecord::of(store, &own.record).await?;
        let person = record.person();
        let unrevoked = store.sessions().unrevoked_of(&person, BATCH).await?;
        let mut changes = revoking(&unrevoked, Revocation::new(origin.at, RevocationReason::EndedElsewhere));
        record.lock(&mut changes);
        changes.push(self.ports.event(EventKind::AllSessionsRevoked, &own.session, &origin));
        Ok(Attempt::new(changes, Some(Ended { person, sessions: unrevoked, at: origin.at })))
    }
}

/// The first batch of a person's sessions that were ended.
struct Ended {
    person: Person,
    sessions: Vec<Session>,
    at: Timestamp,
}
