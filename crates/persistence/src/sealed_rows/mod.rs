//! The rows with sealed secrets, whichever their table, and the work on them.

mod entity;

use async_trait::async_trait;
use domain::{
    event::OperatorName,
    identity::IdentityId,
    ids::UserId,
    key_ring::Generation,
    resealing::{SealedKind, SealedRow, SealedRowId, SealedRows, SealingChange, SealingWork},
    sealing::Sealed,
    store::StoreError,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, UpdateMany,
    prelude::Uuid,
    sea_query::{Expr, ExprTrait},
};

use self::entity::{ActiveModel, Column, Entity, ONLY_ROW};
use crate::{
    failure::failed,
    inconsistency::{Inconsistency, Row},
    key_rings, operators, phones, signing_keys,
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
        match (kind, after) {
            (SealedKind::SessionKeys, Some(SealedRowId::SessionKey(identity, generation))) => {
                session_keys_after(reading, identity, *generation, limit).await
            }
            (SealedKind::SessionKeys, _) => session_keys(reading, None, limit).await,
            (SealedKind::Phones, after) => numbers(reading, after, limit).await,
            (SealedKind::SigningKeys, after) => private_keys(reading, after, limit).await,
            (SealedKind::Operators, after) => totp_secrets(reading, after, limit).await,
        }
    }

    async fn count(&self, kind: SealedKind) -> Result<u64, StoreError> {
        let reading = &self.reading;
        let counted = match kind {
            SealedKind::SessionKeys => key_rings::Entity::find().count(reading).await,
            SealedKind::Phones => phones::Entity::find().count(reading).await,
            SealedKind::SigningKeys => signing_keys::Entity::find().count(reading).await,
            SealedKind::Operators => with_totp().count(reading).await,
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
    reading: &DatabaseConnection,
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
    reading: &DatabaseConnection,
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

async fn numbers(
    reading: &DatabaseConnection,
    after: Option<&SealedRowId>,
    limit: u64,
) -> Result<Vec<SealedRow>, StoreError> {
    use phones::Column;
    let query = phones::Entity::find().select_only().columns([Column::UserId, Column::Number]);
    let query = match after {
        Some(SealedRowId::Phone(user)) => query.filter(Column::UserId.gt(user.as_uuid())),
        _ => query,
    };
    let query = query.order_by_asc(Column::UserId).limit(limit);
    let rows: Vec<(Uuid, Vec<u8>)> = query.into_tuple().all(reading).await.map_err(failed)?;
    let row =
        |(user, sealed)| SealedRow { id: SealedRowId::Phone(UserId::new(user)), sealed: Sealed::new(sealed) };
    Ok(rows.into_iter().map(row).collect())
}

async fn private_keys(
    reading: &DatabaseConnection,
    after: Option<&SealedRowId>,
    limit: u64,
) -> Result<Vec<SealedRow>, StoreError> {
    use signing_keys::Column;
    let query = signing_keys::Entity::find().select_only().columns([Column::Generation, Column::Sealed]);
    let query = match after {
        Some(SealedRowId::SigningKey(generation)) => query.filter(Column::Generation.gt(generation.number())),
        _ => query,
    };
    let query = query.order_by_asc(Column::Generation).limit(limit);
    let rows: Vec<(u32, Vec<u8>)> = query.into_tuple().all(reading).await.map_err(failed)?;
    let row = |(generation, sealed)| SealedRow {
        id: SealedRowId::SigningKey(Generation::new(generation)),
        sealed: Sealed::new(sealed),
    };
    Ok(rows.into_iter().map(row).collect())
}

/// The operators who need a code.
fn with_totp() -> Select<operators::Entity> {
    operators::Entity::find().filter(operators::Column::Totp.is_not_null())
}

async fn totp_secrets(
    reading: &DatabaseConnection,
    after: Option<&SealedRowId>,
    limit: u64,
) -> Result<Vec<SealedRow>, StoreError> {
    use operators::Column;
    let query = with_totp().select_only().columns([Column::Name, Column::Totp]);
    let query = match after {
        Some(SealedRowId::Operator(name)) => query.filter(Column::Name.gt(name.as_str())),
        _ => query,
    };
    let query = query.order_by_asc(Column::Name).limit(limit);
    let rows: Vec<(String, Vec<u8>)> = query.into_tuple().all(reading).await.map_err(failed)?;
    let row = |(name, sealed): (String, Vec<u8>)| {
        let name: OperatorName = Row::new("operators", name.clone()).check("name", name.parse())?;
        Ok(SealedRow { id: SealedRowId::Operator(name), sealed: Sealed::new(sealed) })
    };
    rows.into_iter().map(row).collect::<Result<_, Inconsistency>>().map_err(StoreError::from)
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
    };
    Ok(written.rows_affected)
}

fn set<E: EntityTrait>(column: E::Column, seen: Vec<u8>, next: Expr) -> UpdateMany<E> {
    E::update_many().col_expr(column, next).filter(column.eq(seen))
}
