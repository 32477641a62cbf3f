use async_trait::async_trait;
use domain::{
    app::AppId,
    push::{Push, PushChange, PushFilter, PushId, PushUpdate, Pushes},
    session::Digest,
    store::StoreError,
    time::Timestamp,
};

use super::{Conflict, MemoryStore, World, counted, guard, pick};

impl World {
    pub(super) fn change_pushes(&mut self, change: &PushChange) -> Result<(), Conflict> {
        match change {
            PushChange::Add(push) => {
                let is_same = |other: &Push| other.app_id == push.app_id && other.digest == push.digest;
                guard(!self.pushes.contains_key(&push.id) && !self.pushes.values().any(is_same))?;
                self.pushes.insert(push.id, push.clone());
            }
            PushChange::Update(update) => {
                let push = self.pushes.get_mut(&update.id).ok_or(Conflict)?;
                guard(push.version == update.version)?;
                let PushUpdate { state, tries, next_try_at, outcome, .. } = *update;
                (push.state, push.tries, push.next_try_at, push.outcome) =
                    (state, tries, next_try_at, outcome);
                push.version = push.version.next();
                if let Some(content) = &update.content {
                    push.content = Some(content.clone());
                }
            }
            PushChange::Forget(identity) => {
                let is_theirs = |push: &&mut Push| {
                    push.app_id == identity.app_id && push.openid.as_ref() == Some(&identity.openid)
                };
                for push in self.pushes.values_mut().filter(is_theirs) {
                    (push.openid, push.content, push.next_try_at) = (None, None, None);
                    push.version = push.version.next();
                }
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Pushes for MemoryStore {
    async fn get(&self, id: PushId) -> Result<Option<Push>, StoreError> {
        Ok(self.world().pushes.get(&id).cloned())
    }

    async fn find(&self, app_id: &AppId, digest: &Digest) -> Result<Option<Push>, StoreError> {
        let is_it = |push: &&Push| push.app_id == *app_id && push.digest == *digest;
        Ok(self.world().pushes.values().find(is_it).cloned())
    }

    async fn latest(
        &self,
        filter: &PushFilter,
        before: Option<PushId>,
        limit: u32,
    ) -> Result<Vec<Push>, StoreError> {
        let world = self.world();
        let is_meant = |push: &&Push| {
            before.is_none_or(|before| push.id < before)
                && match filter {
                    PushFilter::All => true,
                    PushFilter::State(state) => push.state == *state,
                    PushFilter::Identity(identity) => {
                        push.app_id == identity.app_id && push.openid.as_ref() == Some(&identity.openid)
                    }
                }
        };
        Ok(world.pushes.values().rev().filter(is_meant).take(limit as usize).cloned().collect())
    }

    async fn due(&self, app_id: &AppId, now: Timestamp, limit: u32) -> Result<Vec<Push>, StoreError> {
        let world = self.world();
        let is_due = |push: &&Push| {
            push.app_id == *app_id && push.next_try_at.is_some_and(|next_try_at| next_try_at <= now)
        };
        let mut due: Vec<Push> = world.pushes.values().filter(is_due).cloned().collect();
        due.sort_by_key(|push| (push.next_try_at, push.id));
        due.truncate(limit as usize);
        Ok(due)
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let pushes = &mut self.world().pushes;
        let lowest = PushId::lowest_at(before);
        let old = pick(pushes.iter(), limit, |push: &Push| push.id < lowest);
        for id in &old {
            pushes.remove(id);
        }
        Ok(counted(old.len()))
    }
}
