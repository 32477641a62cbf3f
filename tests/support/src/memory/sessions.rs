use std::{cmp::Reverse, ops::RangeInclusive};

use async_trait::async_trait;
use domain::{
    session::{
        Cap, Person, Presented, RecordedRevocation, Revocation, RevocationReason, Session, SessionChange,
        SessionCheck, SessionId, SessionState, Sessions, TokenHash, Touch,
    },
    store::StoreError,
    time::Timestamp,
};

use super::{Conflict, MemoryStore, World, counted, guard, pick};

impl World {
    pub(super) fn change_session(&mut self, change: &SessionChange) -> Result<(), Conflict> {
        match change {
            SessionChange::Open(session) => {
                let is_taken = self.sessions.contains_key(&session.id);
                guard(!is_taken && self.by_token(&session.token_hash).is_none())?;
                self.sessions.insert(session.id, session.clone());
            }
            SessionChange::Revoke { id, revocation } => {
                self.unrevoked(*id)?.revoked = Some(*revocation);
                self.record_revocation(*id);
            }
            SessionChange::Succeed { id, at, succession } => {
                let session = self.unrevoked(*id)?;
                session.revoked = Some(Revocation::new(*at, RevocationReason::Registered));
                session.succession = Some(succession.clone());
                self.record_revocation(*id);
            }
            SessionChange::Register { id, user } => {
                let session = self.unrevoked(*id)?;
                guard(session.state == SessionState::Unregistered)?;
                session.state = SessionState::Registered(*user);
            }
            SessionChange::Forget(person) => {
                let theirs = self.sessions.values().filter(|session| is_of(person, session));
                let open = theirs.filter(|session| session.revoked.is_none());
                for id in open.map(|session| session.id).collect::<Vec<_>>() {
                    self.record_revocation(id);
                }
                self.sessions.retain(|_, session| !is_of(person, session));
            }
        }
        Ok(())
    }

    fn record_revocation(&mut self, id: SessionId) {
        if let Some(Session { token_hash, state: SessionState::Registered(_), .. }) = self.sessions.get(&id) {
            self.revocations_recorded += 1;
            let number = self.revocations_recorded;
            self.revocations.push(RecordedRevocation { number, token_hash: *token_hash });
        }
    }

    fn by_token(&self, token_hash: &TokenHash) -> Option<&Session> {
        self.sessions.values().find(|session| session.token_hash == *token_hash)
    }

    /// The session, if it is on record and was not revoked before.
    fn unrevoked(&mut self, id: SessionId) -> Result<&mut Session, Conflict> {
        self.sessions.get_mut(&id).filter(|session| session.revoked.is_none()).ok_or(Conflict)
    }

    fn live_of(&self, person: &Person, now: Timestamp) -> Vec<Session> {
        let is_theirs = |session: &&Session| session.is_live(now) && is_of(person, session);
        self.sessions.values().filter(is_theirs).cloned().collect()
    }

    fn check_of(&self, session: &Session) -> SessionCheck {
        let user = session.state.user_id().and_then(|user| self.users.get(&user));
        SessionCheck { session: session.clone(), user_status: user.map(|user| user.status) }
    }
}

fn is_of(person: &Person, session: &Session) -> bool {
    match session.state {
        SessionState::Registered(user) => person.user == Some(user),
        SessionState::Unregistered => person.identities.contains(&session.identity),
    }
}

#[async_trait]
impl Sessions for MemoryStore {
    async fn check(&self, token_hash: &TokenHash) -> Result<Option<SessionCheck>, StoreError> {
        let world = self.world();
        Ok(world.by_token(token_hash).map(|session| world.check_of(session)))
    }

    async fn presented(&self, token_hash: &TokenHash) -> Result<Option<Presented>, StoreError> {
        let world = self.world();
        let Some(session) = world.by_token(token_hash).cloned() else { return Ok(None) };
        let record = world.identity_record(&session.identity);
        Ok(record.map(|record| Presented { session, record }))
    }

    async fn find(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        Ok(self.world().sessions.get(&id).cloned())
    }

    async fn live_of(&self, person: &Person, now: Timestamp, limit: u32) -> Result<Vec<Session>, StoreError> {
        let mut live = self.world().live_of(person, now);
        live.sort_by_key(|session| Reverse((session.created_at, session.id)));
        live.truncate(limit as usize);
        Ok(live)
    }

    async fn unrevoked_of(&self, person: &Person, limit: u32) -> Result<Vec<Session>, StoreError> {
        let mut unrevoked = self.all_of(person, u32::MAX).await?;
        unrevoked.retain(|session| session.revoked.is_none());
        unrevoked.truncate(limit as usize);
        Ok(unrevoked)
    }

    async fn count_live(&self, now: Timestamp) -> Result<u64, StoreError> {
        Ok(counted(self.world().sessions.values().filter(|session| session.is_live(now)).count()))
    }

    async fn all_of(&self, person: &Person, limit: u32) -> Result<Vec<Session>, StoreError> {
        let world = self.world();
        let mut all: Vec<_> =
            world.sessions.values().filter(|session| is_of(person, session)).cloned().collect();
        all.sort_by_key(|session| Reverse((session.created_at, session.id)));
        all.truncate(limit as usize);
        Ok(all)
    }

    async fn excess_of(&self, person: &Person, now: Timestamp, cap: Cap) -> Result<Vec<Session>, StoreError> {
        let mut live = self.world().live_of(person, now);
        live.retain(|session| Some(session.id) != cap.replaced);
        live.sort_by_key(|session| Reverse((session.last_seen_at, session.id)));
        Ok(live.into_iter().skip(cap.kept as usize).take(cap.limit as usize).collect())
    }

    async fn touch(&self, touches: &[Touch]) -> Result<(), StoreError> {
        let mut world = self.world();
        for touch in touches {
            let session = world.sessions.get_mut(&touch.session_id);
            if let Some(session) = session.filter(|session| session.last_seen_at < touch.seen_at) {
                session.last_seen_at = touch.seen_at;
                session.idle_expires_at = touch.idle_expires_at;
            }
        }
        Ok(())
    }

    async fn latest_revocation(&self) -> Result<Option<RecordedRevocation>, StoreError> {
        Ok(self.world().revocations.last().copied())
    }

    async fn revocations(
        &self,
        from: u64,
        missing: &[RangeInclusive<u64>],
    ) -> Result<Vec<RecordedRevocation>, StoreError> {
        let is_asked_for = |RecordedRevocation { number, .. }: &&RecordedRevocation| {
            *number >= from || missing.iter().any(|range| range.contains(number))
        };
        Ok(self.world().revocations.iter().filter(is_asked_for).copied().collect())
    }

    async fn sweep_revocations(&self, kept: u64, limit: u32) -> Result<u64, StoreError> {
        let mut world = self.world();
        let newest_old = world.revocations_recorded.saturating_sub(kept);
        let old = world.revocations.iter().filter(|revocation| revocation.number <= newest_old).count();
        let removed = old.min(limit as usize);
        world.revocations.drain(..removed);
        Ok(counted(removed))
    }

    async fn sweep_successions(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let sessions = &mut self.world().sessions;
        let is_old = |session: &Session| {
            session.succession.is_some() && session.revoked.is_some_and(|end| end.at < before)
        };
        let old = pick(sessions.iter(), limit, is_old);
        for id in &old {
            if let Some(session) = sessions.get_mut(id) {
                session.succession = None;
            }
        }
        Ok(counted(old.len()))
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let sessions = &mut self.world().sessions;
        let is_over = |session: &Session| {
            session.expires_at() < before || session.revoked.is_some_and(|end| end.at < before)
        };
        let over = pick(sessions.iter(), limit, is_over);
        Ok(counted(over.iter().filter_map(|id| sessions.remove(id)).count()))
    }
}
