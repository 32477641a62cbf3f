use std::cmp::Reverse;

use domain::{
    session::{Person, Session},
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use super::{Column, Entity, Model, entity::EXPIRES_AT};
use crate::failure::failed;

/// The live sessions of a person, newest first: those of the user, and the unregistered ones of the
/// identities. Each is a query of its own, so that each uses its index.
pub(super) async fn of(
    reading: &DatabaseConnection,
    person: &Person,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Session>, StoreError> {
    let mut models = Vec::new();
    if let Some(user) = person.user {
        models = live(reading, Column::UserId.eq(user.as_uuid()), now, limit).await?;
    }
    if !person.identities.is_empty() {
        let ids = person.identities.iter().map(|id| (id.app_id.as_str(), id.openid.as_str()));
        let is_theirs = Expr::tuple([Column::AppId, Column::Openid].map(Expr::col)).in_tuples(ids);
        models.extend(live(reading, Column::UserId.is_null().and(is_theirs), now, limit).await?);
    }
    models.sort_by_key(|model| Reverse((model.created_at, model.id)));
    models.truncate(limit as usize);
    models.into_iter().map(|model| Ok(Session::try_from(model)?)).collect()
}

async fn live(
    reading: &DatabaseConnection,
    theirs: Expr,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Model>, StoreError> {
    let query = Entity::find()
        .filter(theirs)
        .filter(Column::RevokedAt.is_null())
        .filter(Expr::col(EXPIRES_AT).gt(now.as_millis()))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(u64::from(limit));
    query.all(reading).await.map_err(failed)
}
