use std::cmp::Reverse;

use domain::{session::Touch, store::StoreError, time::Timestamp};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Set,
    UpdateMany,
    prelude::Uuid,
    sea_query::{Expr, ExprTrait},
};

use super::{
    Column, Entity,
    entity::{ActiveModel, EXPIRES_AT},
};
use crate::{failure::failed, statements::chosen};

/// Touches in one statement. The cost of choosing each row's values grows with their square.
const AT_ONCE: usize = 64;

/// Records when sessions were last seen.
pub(super) async fn touch(writing: &DatabaseConnection, touches: &[Touch]) -> Result<(), StoreError> {
    let mut touches = touches.to_vec();
    // Two instances that touch the same sessions lock them in the same order.
    touches.sort_unstable_by_key(|touch| (touch.session_id, Reverse(touch.seen_at)));
    touches.dedup_by_key(|touch| touch.session_id);
    for touches in touches.chunks(AT_ONCE) {
        seen(touches).exec(writing).await.map_err(failed)?;
    }
    Ok(())
}

/// One statement for many touches: each column is chosen by the session's id.
fn seen(touches: &[Touch]) -> UpdateMany<Entity> {
    let is_it = |touch: &Touch| Column::Id.eq(touch.session_id.as_uuid());
    let seen_at = chosen(touches, is_it, |touch| touch.seen_at.as_millis());
    let idle_expires_at = chosen(touches, is_it, |touch| touch.idle_expires_at.as_millis());
    Entity::update_many()
        .col_expr(Column::LastSeenAt, seen_at.clone())
        .col_expr(Column::IdleExpiresAt, idle_expires_at)
        .filter(Column::Id.is_in(touches.iter().map(|touch| touch.session_id.as_uuid())))
        .filter(Expr::col(Column::LastSeenAt).lt(seen_at))
}

/// Removes the sealed tokens of old successions.
pub(super) async fn sweep_successions(
    writing: &DatabaseConnection,
    before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    let ids = first_before(writing, Expr::col(Column::SucceededAt), before, limit).await?;
    let removed = ActiveModel { successor_token: Set(None), succeeded_at: Set(None), ..Default::default() };
    let statement = Entity::update_many().set(removed).filter(Column::Id.is_in(ids));
    Ok(statement.exec(writing).await.map_err(failed)?.rows_affected)
}

/// Removes sessions that expired or were revoked.
pub(super) async fn sweep(
    writing: &DatabaseConnection,
    before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    let mut ids = first_before(writing, Expr::col(EXPIRES_AT), before, limit).await?;
    let left = limit.saturating_sub(u32::try_from(ids.len()).unwrap_or(limit));
    ids.extend(first_before(writing, Expr::col(Column::RevokedAt), before, left).await?);
    let statement = Entity::delete_many().filter(Column::Id.is_in(ids));
    Ok(statement.exec(writing).await.map_err(failed)?.rows_affected)
}

/// The ids of the first `limit` sessions whose time `at` is before another.
async fn first_before(
    connection: &DatabaseConnection,
    at: Expr,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<Uuid>, StoreError> {
    let query = Entity::find().select_only().column(Column::Id).filter(at.clone().lt(before.as_millis()));
    let query = query.order_by(at, Order::Asc).limit(u64::from(limit));
    query.into_tuple().all(connection).await.map_err(failed)
}
