use std::sync::Arc;

use super::{Caller, ClientInfo, Revocation, RevocationReason, Session, SessionCache, SessionId};
use crate::{
    event::{Event, EventId, EventKind},
    ids::Ids,
    recovery::Recover,
    store::{Store, StoreError, UnitOfWork, repeat_passing},
    time::{Clock, Timestamp},
};

/// Why sessions could not be ended.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EndSessionError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl EndSessionError {
    /// What the client should do next.
    pub const fn recover(&self) -> Recover {
        match self {
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Why another session could not be ended.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EndOtherSessionError {
    /// The caller has no live session with this id.
    #[error("no such session")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl EndOtherSessionError {
    /// What the client should do next.
    pub const fn recover(&self) -> Recover {
        match self {
            Self::NotFound => Recover::FixRequest,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// What the three ways to end a session share: revoke in the store with an event beside it, then
/// forget in the cache, so that the next request on this instance sees it.
struct Ending {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    cache: Arc<SessionCache>,
}

impl Ending {
    /// Ends `sessions` and records one event in the name of `actor`.
    async fn end(
        &self,
        sessions: &[Session],
        reason: RevocationReason,
        kind: EventKind,
        actor: &Session,
        client: &ClientInfo,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        repeat_passing(|| async move {
            let work = self.store.begin().await?;
            revoke_each(&*work, sessions, Revocation::new(now, reason)).await?;
            work.events().append(&self.event(kind, actor, client, now)).await?;
            work.commit().await
        })
        .await?;
        for session in sessions {
            self.cache.evict(&session.token_hash);
        }
        Ok(())
    }

    fn event(&self, kind: EventKind, actor: &Session, client: &ClientInfo, at: Timestamp) -> Event {
        Event {
            id: EventId::new(self.ids.next(at)),
            kind,
            identity: actor.identity.clone(),
            user_id: actor.state.user_id(),
            session_id: Some(actor.id),
            at,
            client: client.clone(),
        }
    }
}

async fn revoke_each(
    work: &dyn UnitOfWork,
    sessions: &[Session],
    revocation: Revocation,
) -> Result<(), StoreError> {
    for session in sessions {
        work.sessions().revoke(session.id, revocation).await?;
    }
    Ok(())
}

macro_rules! ending {
    ($name:ident) => {
        impl $name {
            /// Ends sessions in `store` and forgets them in `cache`.
            pub fn new(
                store: Arc<dyn Store>,
                clock: Arc<dyn Clock>,
                ids: Arc<dyn Ids>,
                cache: Arc<SessionCache>,
            ) -> Self {
                Self(Ending { store, clock, ids, cache })
            }
        }
    };
}

/// Logs out here: ends the caller's own session.
pub struct EndSession(Ending);
ending!(EndSession);

impl EndSession {
    /// Ends the caller's session. One that ended meanwhile is no error.
    pub async fn execute(&self, caller: &Caller, client: &ClientInfo) -> Result<(), EndSessionError> {
        let own = self.0.store.sessions().find(caller.session_id).await?;
        if let Some(own) = own.filter(|own| own.revoked.is_none()) {
            let sessions = std::slice::from_ref(&own);
            self.0.end(sessions, RevocationReason::LoggedOut, EventKind::LoggedOut, &own, client).await?;
        }
        self.0.cache.evict(&caller.token_hash);
        Ok(())
    }
}

/// Logs out elsewhere: ends one session of the same user.
pub struct EndOtherSession(Ending);
ending!(EndOtherSession);

impl EndOtherSession {
    /// Ends the session `id` of the same owner as the caller's.
    pub async fn execute(
        &self,
        caller: &Caller,
        id: SessionId,
        client: &ClientInfo,
    ) -> Result<(), EndOtherSessionError> {
        let sessions = self.0.store.sessions();
        let own = sessions.find(caller.session_id).await?.ok_or(EndOtherSessionError::NotFound)?;
        let other = sessions.find(id).await?.ok_or(EndOtherSessionError::NotFound)?;
        if !other.is_live(self.0.clock.now()) || own.owner() != other.owner() {
            return Err(EndOtherSessionError::NotFound);
        }
        let reason =
            if own.id == other.id { RevocationReason::LoggedOut } else { RevocationReason::EndedElsewhere };
        let others = std::slice::from_ref(&other);
        self.0.end(others, reason, EventKind::SessionRevoked, &own, client).await?;
        Ok(())
    }
}

/// The most sessions that are ended in one unit of work.
const ENDED_AT_ONCE: u32 = 200;

/// Logs out everywhere: ends every session of the user, the caller's included.
pub struct EndAllSessions(Ending);
ending!(EndAllSessions);

impl EndAllSessions {
    /// Ends every live session of the caller's owner.
    pub async fn execute(&self, caller: &Caller, client: &ClientInfo) -> Result<(), EndSessionError> {
        let Some(own) = self.0.store.sessions().find(caller.session_id).await? else {
            return Ok(());
        };
        loop {
            let sessions = self.0.store.sessions();
            let live = sessions.live_of(&own.owner(), self.0.clock.now(), ENDED_AT_ONCE).await?;
            if live.is_empty() {
                return Ok(());
            }
            self.0
                .end(&live, RevocationReason::EndedElsewhere, EventKind::AllSessionsRevoked, &own, client)
                .await?;
        }
    }
}
