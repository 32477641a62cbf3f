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
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};

use self::entity::ActiveModel;
pub(crate) use self::entity::{Column, Entity, Model};
use crate::{
    statements::{chosen, insert, sweep},
    tables::Tables,
};

#[async_trait]
impl KeyRings for Tables {
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let old = Column::SupersededAt.lt(before.as_millis());
        let by = Expr::col(Column::SupersededAt);
        sweep::<Entity, (String, String, u32)>(&self.writing, KEY, old, by, limit).await
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
    insert(connection, added).await?;
    if !removed.is_empty() {
        Entity::delete_many().filter(key().in_tuples(removed)).exec(connection).await?;
    }
    Ok(true)
}

async fn supersede(
    connection: &impl ConnectionTrait,
    superseded: &[(&IdentityId, Generation, Timestamp)],
) -> Result<bool, DbErr> {
    let is_it = |(identity, generation, _): &(&IdentityId, Generation, Timestamp)| {
        let is_theirs = Column::AppId.eq(identity.app_id.as_str());
        let is_theirs = is_theirs.and(Column::Openid.eq(identity.openid.as_str()));
        is_theirs.and(Column::Generation.eq(generation.number()))
    };
    let at = chosen(superseded, is_it, |(_, _, at)| at.as_millis());
    let keys = superseded.iter().map(|(identity, generation, _)| key_of(identity, *generation));
    let statement = Entity::update_many().col_expr(Column::SupersededAt, at).filter(key().in_tuples(keys));
    Ok(statement.exec(connection).await?.rows_affected == superseded.len() as u64)
}
