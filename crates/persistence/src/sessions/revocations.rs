//! Revocations of users' sessions, for the caches of all instances.

use std::ops::RangeInclusive;

use domain::{session::RecordedRevocation, store::StoreError};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, NotSet, QueryFilter, QueryOrder,
    QuerySelect, Set, entity::prelude::*, sea_query::ExprTrait,
};

use super::entity;
use crate::{
    batched_reads::padded,
    connections::Connections,
    failure::failed,
    inconsistency::{Inconsistency, Row},
    statements::{self, insert},
    tables::Relation,
};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "revocations")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) number: i64,
    pub(crate) token_hash: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for RecordedRevocation {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new("revocations", model.number);
        Ok(Self {
            number: row.check("number", u64::try_from(model.number))?,
            token_hash: row.digest("token_hash", model.token_hash)?,
        })
    }
}

/// Records that these sessions were revoked, those of strangers excepted. The transaction has revoked
/// them before: nothing about them changes any more.
///
/// The rows are counted before they are inserted. For rows that it has to select first, MySQL sets
/// aside more numbers than there are, and every instance would look for the missing ones.
pub(super) async fn record(connection: &impl ConnectionTrait, sessions: Vec<Uuid>) -> Result<(), DbErr> {
    let query = entity::Entity::find().select_only().column(entity::Column::TokenHash);
    let of_users = entity::Column::Id.is_in(sessions).and(entity::Column::UserId.is_not_null());
    let hashes: Vec<Vec<u8>> = query.filter(of_users).into_tuple().all(connection).await?;
    let row = |token_hash| ActiveModel { number: NotSet, token_hash: Set(token_hash) };
    insert(connection, hashes.into_iter().map(row).collect()).await
}

/// The one with the highest number.
pub(super) async fn latest(reading: &Connections) -> Result<Option<RecordedRevocation>, StoreError> {
    let model = Entity::find().order_by_desc(Column::Number).one(reading).await.map_err(failed)?;
    Ok(model.map(RecordedRevocation::try_from).transpose()?)
}

/// Those with the number `from` or a higher one, and those in the ranges `missing`.
pub(super) async fn find(
    reading: &Connections,
    from: u64,
    missing: &[RangeInclusive<u64>],
) -> Result<Vec<RecordedRevocation>, StoreError> {
    let is_missing =
        |range: &RangeInclusive<u64>| Column::Number.between(number(*range.start()), number(*range.end()));
    let is_asked_for = padded(missing)
        .fold(Condition::any().add(Column::Number.gte(number(from))), |any, range| {
            any.add(is_missing(range))
        });
    let query = Entity::find().filter(is_asked_for).order_by_asc(Column::Number);
    let models = query.all(reading).await.map_err(failed)?;
    models.into_iter().map(|model| Ok(RecordedRevocation::try_from(model)?)).collect()
}

/// Removes up to `limit` of the oldest, all but those with the newest `kept` numbers.
pub(super) async fn sweep(writing: &Connections, kept: u64, limit: u32) -> Result<u64, StoreError> {
    let Some(latest) = latest(writing).await? else { return Ok(0) };
    let is_old = Column::Number.lte(number(latest.number.saturating_sub(kept)));
    statements::sweep::<Entity, i64>(writing, [Column::Number], is_old, Expr::col(Column::Number), limit)
        .await
}

/// A number as the column holds it.
fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
