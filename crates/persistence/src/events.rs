use async_trait::async_trait;
use domain::{
    event::{Event, Events},
    identity::IdentityId,
    store::StoreError,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::{
    connections::{Connections, Tables},
    entity::events::{ActiveModel, Column, Entity},
    failure::failed,
};

#[async_trait]
impl<C: Connections> Events for Tables<C> {
    async fn append(&self, event: &Event) -> Result<(), StoreError> {
        self.0.run(&Entity::insert(ActiveModel::from(event)).into_query()).await
    }

    async fn latest(&self, identity: &IdentityId, limit: u32) -> Result<Vec<Event>, StoreError> {
        let query = Entity::find()
            .filter(Column::AppId.eq(identity.app_id.as_str()))
            .filter(Column::Openid.eq(identity.openid.as_str()))
            .order_by_desc(Column::Id)
            .limit(u64::from(limit));
        let models = query.all(self.0.reading()).await.map_err(failed)?;
        models.into_iter().map(|model| Ok(Event::try_from(model)?)).collect()
    }
}
