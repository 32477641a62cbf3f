use async_trait::async_trait;
use domain::{
    identity::IdentityId,
    key_ring::{Generation, KeyRings, SealedKey},
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    connections::{Connections, Tables},
    entity::session_keys::{ActiveModel, Column, Entity, of},
    failure::failed,
};

#[async_trait]
impl<C: Connections> KeyRings for Tables<C> {
    async fn load(&self, identity: &IdentityId) -> Result<Vec<SealedKey>, StoreError> {
        let models = self.0.keys(identity).await?;
        Ok(models.into_iter().map(SealedKey::from).collect())
    }

    async fn add(&self, identity: &IdentityId, key: &SealedKey) -> Result<(), StoreError> {
        self.0.run(&Entity::insert(ActiveModel::new_key(identity, key)).into_query()).await
    }

    async fn supersede(
        &self,
        identity: &IdentityId,
        generation: Generation,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let statement = Entity::update_many()
            .set(ActiveModel { superseded_at: Set(Some(at.as_millis())), ..Default::default() })
            .filter(of(identity))
            .filter(Column::Generation.eq(generation.number()));
        self.0.run(&statement.into_query()).await
    }

    async fn remove_through(&self, identity: &IdentityId, generation: Generation) -> Result<(), StoreError> {
        let statement =
            Entity::delete_many().filter(of(identity)).filter(Column::Generation.lte(generation.number()));
        self.0.run(&statement.into_query()).await
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let connection = self.0.writing();
        let old = Column::SupersededAt.lt(before.as_millis());
        let keys: Vec<(String, String, u32)> = Entity::find()
            .select_only()
            .columns([Column::AppId, Column::Openid, Column::Generation])
            .filter(old.clone())
            .order_by_asc(Column::SupersededAt)
            .limit(u64::from(limit))
            .into_tuple()
            .all(connection)
            .await
            .map_err(failed)?;
        if keys.is_empty() {
            return Ok(0);
        }
        let key = Expr::tuple([Column::AppId, Column::Openid, Column::Generation].map(Expr::col));
        let swept = Entity::delete_many().filter(key.in_tuples(keys)).filter(old).exec(connection).await;
        Ok(swept.map_err(failed)?.rows_affected)
    }
}
