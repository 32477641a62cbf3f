use async_trait::async_trait;
use domain::{
    operator::{Operator, OperatorChange, OperatorName, OperatorSession, Operators},
    session::TokenHash,
    store::StoreError,
    time::Timestamp,
};

use super::{Conflict, MemoryStore, World, counted, guard, pick};

impl World {
    pub(super) fn change_operator(&mut self, change: &OperatorChange) -> Result<(), Conflict> {
        match change {
            OperatorChange::Add(operator) => {
                guard(!self.operators.contains_key(&operator.name))?;
                self.operators.insert(operator.name.clone(), operator.clone());
            }
            OperatorChange::Update(operator) => {
                let row = self.operators.get_mut(&operator.name).ok_or(Conflict)?;
                guard(row.version == operator.version)?;
                *row = Operator { version: operator.version.next(), ..operator.clone() };
            }
            OperatorChange::OpenSession(session) => {
                guard(!self.operator_sessions.contains_key(&session.token_hash))?;
                self.operator_sessions.insert(session.token_hash, session.clone());
            }
            OperatorChange::EndSession(token_hash) => {
                self.operator_sessions.remove(token_hash);
            }
            OperatorChange::EndSessions(name) => {
                self.operator_sessions.retain(|_, session| session.operator != *name);
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Operators for MemoryStore {
    async fn find(&self, name: &OperatorName) -> Result<Option<Operator>, StoreError> {
        Ok(self.world().operators.get(name).cloned())
    }

    async fn all(&self) -> Result<Vec<Operator>, StoreError> {
        Ok(self.world().operators.values().cloned().collect())
    }

    async fn session(&self, token_hash: &TokenHash) -> Result<Option<OperatorSession>, StoreError> {
        Ok(self.world().operator_sessions.get(token_hash).cloned())
    }

    async fn touch(&self, token_hash: &TokenHash, seen_at: Timestamp) -> Result<(), StoreError> {
        if let Some(session) = self.world().operator_sessions.get_mut(token_hash) {
            session.seen_at = session.seen_at.max(seen_at);
        }
        Ok(())
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let mut world = self.world();
        let old = pick(world.operator_sessions.iter(), limit, |session| session.seen_at < before);
        for token_hash in &old {
            world.operator_sessions.remove(token_hash);
        }
        Ok(counted(old.len()))
    }
}
