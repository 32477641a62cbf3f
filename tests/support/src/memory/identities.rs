use async_trait::async_trait;
use domain::{
    identity::{Binding, Identities, Identity, IdentityId, UnionId},
    profile::UserId,
    store::StoreError,
    time::Timestamp,
};

use super::{Access, Memory, world::World};

#[async_trait]
impl<A: Access> Identities for Memory<A> {
    async fn find(&self, id: &IdentityId) -> Result<Option<Identity>, StoreError> {
        Ok(self.0.read(|world| world.identities.get(id).cloned()))
    }

    async fn hold(&self, id: &IdentityId) -> Result<Option<Identity>, StoreError> {
        self.find(id).await
    }

    async fn enter(
        &self,
        id: &IdentityId,
        unionid: Option<&UnionId>,
        seen_at: Timestamp,
    ) -> Result<Identity, StoreError> {
        let enter = |world: &mut World| {
            let first_time = || Identity {
                id: id.clone(),
                unionid: None,
                user_id: None,
                first_seen_at: seen_at,
                last_seen_at: seen_at,
            };
            let identity = world.identities.entry(id.clone()).or_insert_with(first_time);
            identity.last_seen_at = identity.last_seen_at.max(seen_at);
            if let Some(unionid) = unionid {
                identity.unionid = Some(unionid.clone());
            }
            identity.clone()
        };
        Ok(self.0.write(enter).await)
    }

    async fn bind(&self, id: &IdentityId, user: UserId) -> Result<Binding, StoreError> {
        let bind = |world: &mut World| match world.identities.get_mut(id) {
            Some(identity) if identity.user_id.is_none() => {
                identity.user_id = Some(user);
                Binding::Bound
            }
            Some(_) | None => Binding::AlreadyBound,
        };
        Ok(self.0.write(bind).await)
    }
}
