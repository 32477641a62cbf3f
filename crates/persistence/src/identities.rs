use async_trait::async_trait;
use domain::{
    identity::{Binding, Identities, Identity, IdentityId, UnionId},
    profile::UserId,
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryTrait, Set,
    sea_query::{CaseStatement, Expr, ExprTrait, InsertStatement, OnConflict},
};

use crate::{
    connections::{Connections, Tables},
    entity::identities::{ActiveModel, Column, Entity, is},
    failure::failed,
};

#[async_trait]
impl<C: Connections> Identities for Tables<C> {
    async fn find(&self, id: &IdentityId) -> Result<Option<Identity>, StoreError> {
        let model = Entity::find().filter(is(id)).one(self.0.reading()).await.map_err(failed)?;
        Ok(model.map(Identity::try_from).transpose()?)
    }

    async fn enter(
        &self,
        id: &IdentityId,
        unionid: Option<&UnionId>,
        seen_at: Timestamp,
    ) -> Result<Identity, StoreError> {
        let model = self.0.enter(&entering(id, unionid, seen_at), id).await?;
        Ok(model.ok_or_else(|| StoreError::lasting(Vanished))?.try_into()?)
    }

    async fn bind(&self, id: &IdentityId, user: UserId) -> Result<Binding, StoreError> {
        let statement = Entity::update_many()
            .set(ActiveModel { user_id: Set(Some(user.as_uuid())), ..Default::default() })
            .filter(is(id))
            .filter(Column::UserId.is_null());
        let done = statement.exec(self.0.writing()).await.map_err(failed)?;
        Ok(if done.rows_affected == 0 { Binding::AlreadyBound } else { Binding::Bound })
    }
}

/// An identity was written and is not there.
#[derive(Debug, thiserror::Error)]
#[error("table identities lost a row that was just written")]
struct Vanished;

/// Adds the identity, or notes that it was seen again. Either way the row is locked for the rest
/// of the unit of work.
fn entering(id: &IdentityId, unionid: Option<&UnionId>, seen_at: Timestamp) -> InsertStatement {
    let known_later = Expr::col((Entity, Column::LastSeenAt)).gt(seen_at.as_millis());
    let later = CaseStatement::new()
        .case(known_later, Expr::col((Entity, Column::LastSeenAt)))
        .finally(seen_at.as_millis());
    let mut seen_again = OnConflict::columns([Column::AppId, Column::Openid]);
    seen_again.value(Column::LastSeenAt, later);
    if let Some(unionid) = unionid {
        seen_again.value(Column::Unionid, unionid.as_str());
    }
    let first_seen = ActiveModel::first_seen(id, unionid.map(ToString::to_string), seen_at);
    Entity::insert(first_seen).on_conflict(seen_again).into_query()
}
