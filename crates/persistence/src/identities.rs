use async_trait::async_trait;
use domain::{
    identity::{Binding, Identities, Identity, IdentityId, UnionId},
    profile::UserId,
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{EntityTrait, QueryFilter};

use crate::{
    connections::{Connections, Tables},
    entity::identities::{Entity, is},
    failure::failed,
};

#[async_trait]
impl<C: Connections> Identities for Tables<C> {
    async fn find(&self, id: &IdentityId) -> Result<Option<Identity>, StoreError> {
        let model = Entity::find().filter(is(id)).one(self.0.reading()).await.map_err(failed)?;
        Ok(model.map(Identity::try_from).transpose()?)
    }

    async fn hold(&self, id: &IdentityId) -> Result<Option<Identity>, StoreError> {
        Ok(self.0.hold(id).await?.map(Identity::try_from).transpose()?)
    }

    async fn enter(
        &self,
        id: &IdentityId,
        unionid: Option<&UnionId>,
        seen_at: Timestamp,
    ) -> Result<Identity, StoreError> {
        let model = self.0.enter(id, unionid, seen_at).await?;
        Ok(model.ok_or_else(|| StoreError::lasting(Vanished))?.try_into()?)
    }

    async fn bind(&self, id: &IdentityId, user: UserId) -> Result<Binding, StoreError> {
        let bound = self.0.bind(id, user).await.map_err(failed)?;
        Ok(if bound == 0 { Binding::AlreadyBound } else { Binding::Bound })
    }
}

/// An identity was written and is not there.
#[derive(Debug, thiserror::Error)]
#[error("table identities lost a row that was just written")]
struct Vanished;
