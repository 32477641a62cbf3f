use async_trait::async_trait;
use domain::{
    profile::UserId,
    session::{
        Owner, Revocation, RevocationReason, Session, SessionId, SessionState, Sessions, Succession,
        TokenHash, Touch,
    },
    store::StoreError,
    time::Timestamp,
};

use super::{
    Access, Memory,
    world::{DuplicateRow, World, counted, pick},
};

impl World {
    fn by_token(&self, token_hash: &TokenHash) -> Option<&Session> {
        self.sessions.values().find(|session| session.token_hash == *token_hash)
    }

    /// The session, if it was not revoked before.
    fn unrevoked(&mut self, id: SessionId) -> Option<&mut Session> {
        self.sessions.get_mut(&id).filter(|session| session.revoked.is_none())
    }
}

#[async_trait]
impl<A: Access> Sessions for Memory<A> {
    async fn add(&self, session: &Session) -> Result<(), StoreError> {
        let add = |world: &mut World| {
            if world.sessions.contains_key(&session.id) || world.by_token(&session.token_hash).is_some() {
                return Err(DuplicateRow("sessions"));
            }
            world.sessions.insert(session.id, session.clone());
            Ok(())
        };
        Ok(self.0.write(add).await?)
    }

    async fn find_by_token(&self, token_hash: &TokenHash) -> Result<Option<Session>, StoreError> {
        Ok(self.0.read(|world| world.by_token(token_hash).cloned()))
    }

    async fn find(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        Ok(self.0.read(|world| world.sessions.get(&id).cloned()))
    }

    async fn live_of(&self, owner: &Owner, now: Timestamp, limit: u32) -> Result<Vec<Session>, StoreError> {
        let live = |world: &World| {
            let is_theirs = |session: &&Session| session.is_live(now) && session.owner() == *owner;
            let mut live: Vec<_> = world.sessions.values().filter(is_theirs).cloned().collect();
            live.sort_by_key(|session| std::cmp::Reverse((session.created_at, session.id)));
            live.truncate(limit as usize);
            live
        };
        Ok(self.0.read(live))
    }

    async fn revoke(&self, id: SessionId, revocation: Revocation) -> Result<bool, StoreError> {
        let revoke = |world: &mut World| {
            world.unrevoked(id).map(|session| session.revoked = Some(revocation)).is_some()
        };
        Ok(self.0.write(revoke).await)
    }

    async fn succeed(
        &self,
        id: SessionId,
        at: Timestamp,
        succession: &Succession,
    ) -> Result<bool, StoreError> {
        let succeed = |world: &mut World| {
            let Some(session) = world.unrevoked(id) else {
                return false;
            };
            session.revoked = Some(Revocation::new(at, RevocationReason::Registered));
            session.succession = Some(succession.clone());
            true
        };
        Ok(self.0.write(succeed).await)
    }

    async fn register_in_place(&self, id: SessionId, user: UserId) -> Result<bool, StoreError> {
        let register = |world: &mut World| match world.unrevoked(id) {
            Some(session) if session.state == SessionState::Unregistered => {
                session.state = SessionState::Registered(user);
                true
            }
            Some(_) | None => false,
        };
        Ok(self.0.write(register).await)
    }

    async fn touch(&self, touches: &[Touch]) -> Result<(), StoreError> {
        let touch = |world: &mut World| {
            for touch in touches {
                let session = world.sessions.get_mut(&touch.session_id);
                if let Some(session) = session.filter(|session| session.last_seen_at < touch.seen_at) {
                    session.last_seen_at = touch.seen_at;
                    session.idle_expires_at = touch.idle_expires_at;
                }
            }
        };
        self.0.write(touch).await;
        Ok(())
    }

    async fn revoked_since(&self, since: Timestamp) -> Result<Vec<TokenHash>, StoreError> {
        let revoked = |world: &World| {
            let is_revoked = |session: &&Session| {
                session.state.user_id().is_some() && session.revoked.is_some_and(|end| end.at >= since)
            };
            world.sessions.values().filter(is_revoked).map(|session| session.token_hash).collect()
        };
        Ok(self.0.read(revoked))
    }

    async fn sweep_successions(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let sweep = |world: &mut World| {
            let is_old = |session: &Session| {
                session.succession.is_some() && session.revoked.is_some_and(|end| end.at < before)
            };
            let rows = world.sessions.iter().map(|(id, session)| (*id, session));
            let old = pick(rows, limit, is_old);
            for id in &old {
                if let Some(session) = world.sessions.get_mut(id) {
                    session.succession = None;
                }
            }
            counted(old.len())
        };
        Ok(self.0.write(sweep).await)
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let sweep = |world: &mut World| {
            let is_over = |session: &Session| {
                session.expires_at() < before || session.revoked.is_some_and(|end| end.at < before)
            };
            let rows = world.sessions.iter().map(|(id, session)| (*id, session));
            let over = pick(rows, limit, is_over);
            counted(over.iter().filter_map(|id| world.sessions.remove(id)).count())
        };
        Ok(self.0.write(sweep).await)
    }
}
