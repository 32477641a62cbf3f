use async_trait::async_trait;
use domain::{
    identity::{Identities, Identity, IdentityChange, IdentityId, IdentityRecord},
    ids::UserId,
    session::{Session, SessionState},
    store::StoreError,
};

use super::{Conflict, MemoryStore, World, guard};

impl World {
    pub(super) fn change_identity(&mut self, change: &IdentityChange) -> Result<(), Conflict> {
        match change {
            IdentityChange::Add(identity) => {
                guard(!self.identities.contains_key(&identity.id))?;
                self.identities.insert(identity.id.clone(), identity.clone());
            }
            IdentityChange::Update(identity) => {
                let on_record = self.identities.get(&identity.id).map(|identity| identity.version);
                guard(on_record == Some(identity.version))?;
                let next = Identity { version: identity.version.next(), ..identity.clone() };
                self.identities.insert(identity.id.clone(), next);
            }
            IdentityChange::Remove(identity) => {
                let removed = self.identities.remove(&identity.id);
                guard(removed.is_some_and(|removed| removed.version == identity.version))?;
            }
        }
        Ok(())
    }

    pub(super) fn identity_record(&self, id: &IdentityId) -> Option<IdentityRecord> {
        let identity = self.identities.get(id)?.clone();
        let keys = self.rings.get(id).map(|ring| ring.values().rev().cloned().collect());
        let user = identity.user_id.and_then(|user| self.users.get(&user)).cloned();
        let is_theirs = |session: &Session| match session.state {
            SessionState::Registered(user) => identity.user_id == Some(user),
            SessionState::Unregistered => session.identity == *id,
        };
        let is_counted = |session: &&Session| session.revoked.is_none() && is_theirs(session);
        let unrevoked = self.sessions.values().filter(is_counted).count();
        let unrevoked_sessions = u32::try_from(unrevoked).unwrap_or(u32::MAX);
        Some(IdentityRecord { identity, keys: keys.unwrap_or_default(), user, unrevoked_sessions })
    }
}

#[async_trait]
impl Identities for MemoryStore {
    async fn find(&self, id: &IdentityId) -> Result<Option<IdentityRecord>, StoreError> {
        Ok(self.world().identity_record(id))
    }

    async fn of_user(&self, user: UserId) -> Result<Vec<Identity>, StoreError> {
        let world = self.world();
        let is_theirs = |identity: &&Identity| identity.user_id == Some(user);
        let mut identities: Vec<_> = world.identities.values().filter(is_theirs).cloned().collect();
        // A map gives them in another order each time.
        identities.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(identities)
    }
}
