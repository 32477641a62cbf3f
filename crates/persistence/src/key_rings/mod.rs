//! Key rings. A ring is read with its identity.

mod entity;

use async_trait::async_trait;
use domain::{
    identity::IdentityId,
    key_ring::{Generation, KeyRingChange, KeyRings},
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{CaseStatement, Expr, ExprTrait},
};

use self::entity::ActiveModel;
pub(crate) use self::entity::{Column, Entity, Model};
use crate::{database::Tables, sweep::sweep};

#[async_trait]
impl KeyRings for Tables {
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let old = Column::SupersededAt.lt(before.as_millis());
        sweep::<Entity, (String, String, u32)>(
            &self.writing,
            KEY,
            old,
            Expr::col(Column::SupersededAt),
            limit,
        )
        .await
    }
}

/// The primary key.
const KEY: [Column; 3] = [Column::AppId, Column::Openid, Column::Generation];

fn key() -> Expr {
    Expr::tuple(KEY.map(Expr::col))
}

fn key_of(identity: &IdentityId, generation: Generation) -> (String, String, u32) {
    (identity.app_id.to_string(), identity.openid.to_string(), generation.number())
}

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    changes: &[&KeyRingChange],
) -> Result<bool, DbErr> {
    let (mut added, mut superseded, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes {
        match change {
            KeyRingChange::Add { identity, key } => added.push(ActiveModel::new_key(identity, key)),
            KeyRingChange::Supersede { identity, generation, at } => {
                superseded.push((identity, *generation, *at));
            }
            KeyRingChange::Remove { identity, generation } => removed.push(key_of(identity, *generation)),
        }
    }
    if !superseded.is_empty() && !supersede(connection, &superseded).await? {
        return Ok(false);
    }
    if !added.is_empty() {
        Entity::insert_many(added).exec_without_returning(connection).await?;
    }
    if !removed.is_empty() {
        Entity::delete_many().filter(key().in_tuples(removed)).exec(connection).await?;
    }
    Ok(true)
}

async fn supersede(
    connection: &impl ConnectionTrait,
    superseded: &[(&IdentityId, Generation, Timestamp)],
) -> Result<bool, DbErr> {
    let mut at = CaseStatement::new();
    for (identity, generation, moment) in superseded {
        let is_it = Condition::all()
            .add(Column::AppId.eq(identity.app_id.as_str()))
            .add(Column::Openid.eq(identity.openid.as_str()))
            .add(Column::Generation.eq(generation.number()));
        at = at.case(is_it, moment.as_millis());
    }
    let keys = superseded.iter().map(|(identity, generation, _)| key_of(identity, *generation));
    let statement =
        Entity::update_many().col_expr(Column::SupersededAt, at.into()).filter(key().in_tuples(keys));
    Ok(statement.exec(connection).await?.rows_affected == superseded.len() as u64)
}
