use std::cmp::Reverse;

use domain::{session::Touch, store::StoreError, time::Timestamp};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, UpdateMany,
    sea_query::{CaseStatement, Expr, ExprTrait},
};

use super::{Column, Entity};
use crate::failure::failed;

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
    let ids = touches.iter().map(|touch| touch.session_id.as_uuid());
    Entity::update_many()
        .col_expr(Column::LastSeenAt, chosen(touches, |touch| touch.seen_at))
        .col_expr(Column::IdleExpiresAt, chosen(touches, |touch| touch.idle_expires_at))
        .filter(Column::Id.is_in(ids))
        .filter(Expr::col(Column::LastSeenAt).lt(chosen(touches, |touch| touch.seen_at)))
}

fn chosen(touches: &[Touch], value: impl Fn(&Touch) -> Timestamp) -> Expr {
    let choose = |choice: CaseStatement, touch: &Touch| {
        choice.case(Column::Id.eq(touch.session_id.as_uuid()), value(touch).as_millis())
    };
    touches.iter().fold(CaseStatement::new(), choose).into()
}
