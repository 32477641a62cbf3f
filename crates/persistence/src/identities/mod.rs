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
    sea_query::{CaseStatement, Expr, ExprTrait},
};

use self::entity::{ActiveModel, Column};
pub(crate) use self::{
    entity::Entity,
    record::{Records, join, read, select},
};
use crate::{database::Tables, failure::failed};

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
    let (mut added, mut updated) = (Vec::new(), Vec::new());
    for change in changes {
        match change {
            IdentityChange::Add(identity) => added.push(ActiveModel::from(identity)),
            IdentityChange::Update(identity) => updated.push(identity),
        }
    }
    if !added.is_empty() {
        Entity::insert_many(added).exec_without_returning(connection).await?;
    }
    if updated.is_empty() { Ok(true) } else { update(connection, &updated).await }
}

/// Updates rows whose version is still the one that was read, all in one statement: each column is
/// chosen by the row's key.
async fn update(connection: &impl ConnectionTrait, identities: &[&Identity]) -> Result<bool, DbErr> {
    fn chosen<V: Into<Expr>>(identities: &[&Identity], value: impl Fn(&Identity) -> V) -> Expr {
        let choose = |choice: CaseStatement, identity: &&Identity| {
            let is_theirs = Column::AppId.eq(identity.id.app_id.as_str());
            let is_theirs = is_theirs.and(Column::Openid.eq(identity.id.openid.as_str()));
            choice.case(is_theirs, value(identity))
        };
        identities.iter().fold(CaseStatement::new(), choose).into()
    }
    let guard = |identity: &&Identity| {
        let IdentityId { app_id, openid } = &identity.id;
        (app_id.as_str().to_owned(), openid.as_str().to_owned(), identity.version.number())
    };
    let key = Expr::tuple([Column::AppId, Column::Openid, Column::Version].map(Expr::col));
    let statement = Entity::update_many()
        .col_expr(Column::Unionid, chosen(identities, |one| one.unionid.as_ref().map(ToString::to_string)))
        .col_expr(Column::UserId, chosen(identities, |one| one.user_id.map(UserId::as_uuid)))
        .col_expr(Column::LastSeenAt, chosen(identities, |one| one.last_seen_at.as_millis()))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(key.in_tuples(identities.iter().map(guard)));
    let updated = statement.exec(connection).await?.rows_affected;
    Ok(updated == identities.len() as u64)
}
