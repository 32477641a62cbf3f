//! The rows with sealed secrets, whichever their table, and the work on them.

mod entity;

use async_trait::async_trait;
use domain::{
    identity::IdentityId,
    ids::{PushId, UserId},
    key_ring::Generation,
    resealing::{SealedKind, SealedRow, SealedRowId, SealedRows, SealingChange, SealingWork},
    sealing::Sealed,
    store::StoreError,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    TryGetable, UpdateMany, Value,
    prelude::Uuid,
    sea_query::{Expr, ExprTrait},
};

use self::entity::{ActiveModel, Column, Entity, ONLY_ROW};
use crate::{
    connections::Connections,
    failure::failed,
    inconsistency::{Inconsistency, Row},
    key_rings, operators, phones, pushes, signing_keys,
    statements::insert,
    tables::Tables,
};

#[async_trait]
impl SealedRows for Tables {
    async fn page(
        &self,
        kind: SealedKind,
        after: Option<&SealedRowId>,
        limit: u32,
    ) -> Result<Vec<SealedRow>, StoreError> {
        let (reading, limit) = (&self.reading, u64::from(limit));
        match kind {
            SealedKind::SessionKeys => match after {
                Some(SealedRowId::SessionKey(identity, generation)) => {
                    session_keys_after(reading, identity, *generation, limit).await
                }
                _ => session_keys(reading, None, limit).await,
            },
            SealedKind::Phones => {
                let id = |user| Ok(SealedRowId::Phone(UserId::new(user)));
                let columns = (phones::Column::UserId, phones::Column::Number);
                sealed_in::<phones::Entity, Uuid>(reading, columns, after.map(key_of), limit, id).await
            }
            SealedKind::SigningKeys => {
                let id = |generation| Ok(SealedRowId::SigningKey(Generation::new(generation)));
                let columns = (signing_keys::Column::Generation, signing_keys::Column::Sealed);
                sealed_in::<signing_keys::Entity, u32>(reading, columns, after.map(key_of), limit, id).await
            }
            SealedKind::Operators => {
                let columns = (operators::Column::Name, operators::Column::Totp);
                let after = after.map(key_of);
                let id = |name: String| operator_of(&name);
                sealed_in::<operators::Entity, String>(reading, columns, after, limit, id).await
            }
            SealedKind::Pushes => {
                let id = |id| Ok(SealedRowId::Push(PushId::new(id)));
                let columns = (pushes::Column::Id, pushes::Column::Message);
                sealed_in::<pushes::Entity, Uuid>(reading, columns, after.map(key_of), limit, id).await
            }
        }
    }

    async fn count(&self, kind: SealedKind) -> Result<u64, StoreError> {
        let reading = &self.reading;
        let counted = match kind {
            SealedKind::SessionKeys => key_rings::Entity::find().count(reading).await,
            SealedKind::Phones => phones::Entity::find().count(reading).await,
            SealedKind::SigningKeys => signing_keys::Entity::find().count(reading).await,
            SealedKind::Operators => {
                let has_secret = operators::Column::Totp.is_not_null();
                operators::Entity::find().filter(has_secret).count(reading).await
            }
            SealedKind::Pushes => {
                let has_message = pushes::Column::Message.is_not_null();
                pushes::Entity::find().filter(has_message).count(reading).await
            }
        };
        counted.map_err(failed)
    }

    async fn work(&self) -> Result<Option<SealingWork>, StoreError> {
        let model = Entity::find_by_id(ONLY_ROW).one(&self.reading).await.map_err(failed)?;
        Ok(model.map(SealingWork::try_from).transpose()?)
    }
}

/// The rows that come after the key of an identity: the rest of its ring, the rings of the same app after it, and those
/// of the apps after that one. Each is a query along the primary key, which no database finds for all of them together.
async fn session_keys_after(
    reading: &Connections,
    identity: &IdentityId,
    generation: Generation,
    limit: u64,
) -> Result<Vec<SealedRow>, StoreError> {
    use key_rings::Column;
    let is_of_app = || Column::AppId.eq(identity.app_id.as_str());
    let is_of_ring = is_of_app().and(Column::Openid.eq(identity.openid.as_str()));
    let mut rows = Vec::new();
    for next in [
        is_of_ring.and(Column::Generation.gt(generation.number())),
        is_of_app().and(Column::Openid.gt(identity.openid.as_str())),
        Column::AppId.gt(identity.app_id.as_str()),
    ] {
        let left = limit - rows.len() as u64;
        if left > 0 {
            rows.extend(session_keys(reading, Some(next), left).await?);
        }
    }
    Ok(rows)
}

async fn session_keys(
    reading: &Connections,
    which: Option<Expr>,
    limit: u64,
) -> Result<Vec<SealedRow>, StoreError> {
    use key_rings::Column;
    let query = key_rings::Entity::find().select_only().columns([
        Column::AppId,
        Column::Openid,
        Column::Generation,
        Column::Sealed,
    ]);
    let query = which.into_iter().fold(query, QueryFilter::filter);
    let query = query.order_by_asc(Column::AppId).order_by_asc(Column::Openid);
    let query = query.order_by_asc(Column::Generation).limit(limit);
    let rows: Vec<(String, String, u32, Vec<u8>)> = query.into_tuple().all(reading).await.map_err(failed)?;
    let row = |(app_id, openid, generation, sealed): (String, String, u32, Vec<u8>)| {
        let row = Row::new("session_keys", (app_id.clone(), openid.clone(), generation));
        let identity = row.identity(app_id, openid)?;
        let id = SealedRowId::SessionKey(identity, Generation::new(generation));
        Ok(SealedRow { id, sealed: Sealed::new(sealed) })
    };
    rows.into_iter().map(row).collect::<Result<_, Inconsistency>>().map_err(StoreError::from)
}

/// The rows of a table that is keyed by one column, from the one after `after`.
async fn sealed_in<E, K>(
    reading: &Connections,
    (key, sealed): (E::Column, E::Column),
    after: Option<Value>,
    limit: u64,
    id: impl Fn(K) -> Result<SealedRowId, Inconsistency>,
) -> Result<Vec<SealedRow>, StoreError>
where
    E: EntityTrait,
    K: TryGetable + Send + Sync,
{
    let query = E::find().select_only().columns([key, sealed]).filter(sealed.is_not_null());
    let query = after.into_iter().fold(query, |query, after| query.filter(key.gt(after)));
    let query = query.order_by_asc(key).limit(limit);
    let rows: Vec<(K, Vec<u8>)> = query.into_tuple().all(reading).await.map_err(failed)?;
    let row = |(key, sealed)| Ok(SealedRow { id: id(key)?, sealed: Sealed::new(sealed) });
    rows.into_iter().map(row).collect::<Result<_, Inconsistency>>().map_err(StoreError::from)
}

/// What the row with this id has in its first key column.
fn key_of(id: &SealedRowId) -> Value {
    match id {
        SealedRowId::SessionKey(identity, _) => identity.app_id.as_str().into(),
        SealedRowId::Phone(user) => user.as_uuid().into(),
        SealedRowId::SigningKey(generation) => generation.number().into(),
        SealedRowId::Operator(name) => name.as_str().into(),
        SealedRowId::Push(id) => id.as_uuid().into(),
    }
}

fn operator_of(name: &str) -> Result<SealedRowId, Inconsistency> {
    let row = Row::new("operators", name.to_owned());
    Ok(SealedRowId::Operator(row.check("name", name.parse())?))
}

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    changes: &[&SealingChange],
) -> Result<bool, DbErr> {
    for change in changes {
        let written = match change {
            SealingChange::Reseal { id, seen, next } => reseal(connection, id, seen, next).await?,
            SealingChange::AddWork(work) => {
                insert(connection, vec![ActiveModel::from(work)]).await?;
                1
            }
            SealingChange::UpdateWork(work) => {
                let next = ActiveModel::from(&SealingWork { version: work.version.next(), ..work.clone() });
                let statement = Entity::update_many()
                    .set(ActiveModel { id: sea_orm::NotSet, ..next })
                    .filter(Column::Id.eq(ONLY_ROW))
                    .filter(Column::Version.eq(work.version.number()));
                statement.exec(connection).await?.rows_affected
            }
        };
        if written == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Writes a secret that was sealed anew, and returns how many rows held what was seen.
async fn reseal(
    connection: &impl ConnectionTrait,
    id: &SealedRowId,
    seen: &Sealed,
    next: &Sealed,
) -> Result<u64, DbErr> {
    let (seen, next) = (seen.as_bytes().to_vec(), Expr::val(next.as_bytes().to_vec()));
    let written = match id {
        SealedRowId::SessionKey(identity, generation) => {
            use key_rings::Column;
            set::<key_rings::Entity>(Column::Sealed, seen, next)
                .filter(Column::AppId.eq(identity.app_id.as_str()))
                .filter(Column::Openid.eq(identity.openid.as_str()))
                .filter(Column::Generation.eq(generation.number()))
                .exec(connection)
                .await?
        }
        SealedRowId::Phone(user) => {
            let is_it = phones::Column::UserId.eq(user.as_uuid());
            set::<phones::Entity>(phones::Column::Number, seen, next).filter(is_it).exec(connection).await?
        }
        SealedRowId::SigningKey(generation) => {
            let is_it = signing_keys::Column::Generation.eq(generation.number());
            let set = set::<signing_keys::Entity>(signing_keys::Column::Sealed, seen, next);
            set.filter(is_it).exec(connection).await?
        }
        SealedRowId::Operator(name) => {
            use operators::Column;
            // Whoever has read the row writes all of it, and must see that it has changed.
            set::<operators::Entity>(Column::Totp, seen, next)
                .col_expr(Column::Version, Expr::col(Column::Version).add(1))
                .filter(Column::Name.eq(name.as_str()))
                .exec(connection)
                .await?
        }
        SealedRowId::Push(id) => {
            let is_it = pushes::Column::Id.eq(id.as_uuid());
            set::<pushes::Entity>(pushes::Column::Message, seen, next).filter(is_it).exec(connection).await?
        }
    };
    Ok(written.rows_affected)
}

fn set<E: EntityTrait>(column: E::Column, seen: Vec<u8>, next: Expr) -> UpdateMany<E> {
    E::update_many().col_expr(column, next).filter(column.eq(seen))
}
