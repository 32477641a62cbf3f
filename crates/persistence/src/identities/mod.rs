//! Identities: the aggregate of a login.

mod entity;
mod record;

use async_trait::async_trait;
use domain::{
    identity::{Identities, Identity, IdentityChange, IdentityId, IdentityRecord},
    store::StoreError,
    user::UserId,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait},
};

use self::entity::{ActiveModel, Column};
pub(crate) use self::{
    entity::Entity,
    record::{Read, Records, join, read, select},
};
use crate::{
    failure::failed,
    statements::{chosen, insert},
    tables::Tables,
};

/// The key of an identity and its user, for queries that join the table.
pub(crate) const APP_ID: (Entity, Column) = (Entity, Column::AppId);
pub(crate) const OPENID: (Entity, Column) = (Entity, Column::Openid);
pub(crate) const USER_ID: (Entity, Column) = (Entity, Column::UserId);

#[async_trait]
impl Identities for Tables {
    async fn find(&self, id: &IdentityId) -> Result<Option<IdentityRecord>, StoreError> {
        self.records.find(id).await
    }

    async fn of_user(&self, user: UserId) -> Result<Vec<Identity>, StoreError> {
        let query = Entity::find()
            .filter(Column::UserId.eq(user.as_uuid()))
            .order_by_asc(Column::AppId)
            .order_by_asc(Column::Openid);
        let models = query.all(&self.reading).await.map_err(failed)?;
        models.into_iter().map(|model| Ok(Identity::try_from(model)?)).collect()
    }
}

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    changes: &[&IdentityChange],
) -> Result<bool, DbErr> {
    let (mut added, mut updated, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes {
        match change {
            IdentityChange::Add(identity) => added.push(ActiveModel::from(identity)),
            IdentityChange::Update(identity) => updated.push(identity),
            IdentityChange::Remove(identity) => removed.push(identity),
        }
    }
    insert(connection, added).await?;
    if !removed.is_empty() && !remove(connection, &removed).await? {
        return Ok(false);
    }
    if updated.is_empty() { Ok(true) } else { update(connection, &updated).await }
}

/// The rows of these identities, where their versions are still those that were read.
fn unchanged(identities: &[&Identity]) -> Expr {
    let guard = |identity: &&Identity| {
        let IdentityId { app_id, openid } = &identity.id;
        (app_id.as_str().to_owned(), openid.as_str().to_owned(), identity.version.number())
    };
    let key = Expr::tuple([Column::AppId, Column::Openid, Column::Version].map(Expr::col));
    key.in_tuples(identities.iter().map(guard))
}

async fn remove(connection: &impl ConnectionTrait, identities: &[&Identity]) -> Result<bool, DbErr> {
    let removed = Entity::delete_many().filter(unchanged(identities)).exec(connection).await?;
    Ok(removed.rows_affected == identities.len() as u64)
}

/// Updates rows whose version is still the one that was read, all in one statement: each column is
/// chosen by the row's key.
async fn update(connection: &impl ConnectionTrait, identities: &[&Identity]) -> Result<bool, DbErr> {
    let is_it = |one: &&Identity| record::is(&one.id);
    let unionid = |one: &&Identity| one.unionid.as_ref().map(ToString::to_string);
    let statement = Entity::update_many()
        .col_expr(Column::Unionid, chosen(identities, is_it, unionid))
        .col_expr(Column::UserId, chosen(identities, is_it, |one| one.user_id.map(UserId::as_uuid)))
        .col_expr(Column::LastSeenAt, chosen(identities, is_it, |one| one.last_seen_at.as_millis()))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(unchanged(identities));
    let updated = statement.exec(connection).await?.rows_affected;
    Ok(updated == identities.len() as u64)
}
