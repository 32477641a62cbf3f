use std::cmp::Reverse;

use domain::{session::Touch, store::StoreError, time::Timestamp};
use sea_orm::{
    ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Set, UpdateMany,
    prelude::Uuid,
    sea_query::{Expr, ExprTrait},
};

use super::{
    Column, Entity,
    entity::{ActiveModel, EXPIRES_AT},
};
use crate::{
    connections::Connections,
    failure::{DEADLOCK_RETRIES, failed, is_deadlock},
    statements::{self, chosen},
};

/// Touches in one statement. The cost of choosing each row's values grows with their square.
const AT_ONCE: usize = 64;

/// Records when sessions were last seen.
pub(super) async fn touch(writing: &Connections, touches: &[Touch]) -> Result<(), StoreError> {
    let mut touches = touches.to_vec();
    // Two instances that touch the same sessions lock them in the same order.
    touches.sort_unstable_by_key(|touch| (touch.session_id, Reverse(touch.seen_at)));
    touches.dedup_by_key(|touch| touch.session_id);
    for touches in touches.chunks(AT_ONCE) {
        let mut retries = 0..DEADLOCK_RETRIES;
        while let Err(error) = seen(touches).exec(writing).await {
            if !is_deadlock(&error) || retries.next().is_none() {
                return Err(failed(error));
            }
        }
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
    writing: &Connections,
    before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    let at = Expr::col(Column::SucceededAt);
    let query = Entity::find().select_only().column(Column::Id).filter(at.clone().lt(before.as_millis()));
    let query = query.order_by(at, Order::Asc).limit(u64::from(limit));
    let ids: Vec<Uuid> = query.into_tuple().all(writing).await.map_err(failed)?;
    let removed = ActiveModel { successor_token: Set(None), succeeded_at: Set(None), ..Default::default() };
    let statement = Entity::update_many().set(removed).filter(Column::Id.is_in(ids));
    Ok(statement.exec(writing).await.map_err(failed)?.rows_affected)
}

/// Removes sessions that expired or were revoked.
pub(super) async fn sweep(writing: &Connections, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
    let mut removed = 0;
    for at in [Expr::col(EXPIRES_AT), Expr::col(Column::RevokedAt)] {
        let left = limit.saturating_sub(u32::try_from(removed).unwrap_or(limit));
        let old = at.clone().lt(before.as_millis());
        removed += statements::sweep::<Entity, Uuid>(writing, [Column::Id], old, at, left).await?;
    }
    Ok(removed)
}
