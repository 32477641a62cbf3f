//! Events.

mod entity;

use async_trait::async_trait;
use domain::{
    event::{Event, Events},
    identity::IdentityId,
    store::StoreError,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use self::entity::{ActiveModel, Column, Entity};
use crate::{failure::failed, statements::insert, tables::Tables};

#[async_trait]
impl Events for Tables {
    async fn latest(&self, identity: &IdentityId, limit: u32) -> Result<Vec<Event>, StoreError> {
        let query = Entity::find()
            .filter(Column::AppId.eq(identity.app_id.as_str()))
            .filter(Column::Openid.eq(identity.openid.as_str()))
            .order_by_desc(Column::Id)
            .limit(u64::from(limit));
        let models = query.all(&self.reading).await.map_err(failed)?;
        models.into_iter().map(|model| Ok(Event::try_from(model)?)).collect()
    }
}

/// Appends events.
pub(crate) async fn write(connection: &impl ConnectionTrait, events: &[&Event]) -> Result<bool, DbErr> {
    insert(connection, events.iter().map(|event| ActiveModel::from(*event)).collect()).await?;
    Ok(true)
}
