use domain::{store::StoreError, time::Timestamp};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set,
    prelude::Uuid,
    sea_query::{Expr, ExprTrait},
};

use super::{
    Column, Entity,
    entity::{ActiveModel, EXPIRES_AT},
};
use crate::failure::failed;

/// Removes the sealed tokens of old successions.
pub(super) async fn successions(
    writing: &DatabaseConnection,
    before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    let old = Column::SucceededAt.lt(before.as_millis());
    let old = Entity::find().filter(old).order_by_asc(Column::SucceededAt);
    let ids = first_ids(old, limit, writing).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let removed = ActiveModel { successor_token: Set(None), succeeded_at: Set(None), ..Default::default() };
    let statement = Entity::update_many().set(removed).filter(Column::Id.is_in(ids));
    Ok(statement.exec(writing).await.map_err(failed)?.rows_affected)
}

/// Removes sessions that expired or were revoked.
pub(super) async fn sessions(
    writing: &DatabaseConnection,
    before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    let expired = Expr::col(EXPIRES_AT).lt(before.as_millis());
    let expired = Entity::find().filter(expired).order_by_asc(Expr::col(EXPIRES_AT));
    let mut ids = first_ids(expired, limit, writing).await?;
    let left = limit.saturating_sub(u32::try_from(ids.len()).unwrap_or(limit));
    if left > 0 {
        let revoked = Column::RevokedAt.lt(before.as_millis());
        let revoked = Entity::find().filter(revoked).order_by_asc(Column::RevokedAt);
        ids.extend(first_ids(revoked, left, writing).await?);
    }
    if ids.is_empty() {
        return Ok(0);
    }
    let swept = Entity::delete_many().filter(Column::Id.is_in(ids)).exec(writing).await;
    Ok(swept.map_err(failed)?.rows_affected)
}

/// The ids of the first `limit` sessions of a query. MySQL takes no `LIMIT` in a subquery.
async fn first_ids(
    query: Select<Entity>,
    limit: u32,
    connection: &DatabaseConnection,
) -> Result<Vec<Uuid>, StoreError> {
    let query = query.select_only().column(Column::Id).limit(u64::from(limit));
    query.into_tuple().all(connection).await.map_err(failed)
}
