//! The inbox of what WeChat pushed.

mod entity;

use async_trait::async_trait;
use domain::{
    app::AppId,
    identity::IdentityId,
    push::{Push, PushChange, PushFilter, PushId, Pushes},
    session::Digest,
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    prelude::Uuid,
    sea_query::{Expr, ExprTrait},
};

use self::entity::ActiveModel;
pub(crate) use self::entity::{Column, Entity};
use crate::{
    failure::failed,
    statements::{insert, sweep},
    tables::Tables,
};

#[async_trait]
impl Pushes for Tables {
    async fn get(&self, id: PushId) -> Result<Option<Push>, StoreError> {
        let model = Entity::find_by_id(id.as_uuid()).one(&self.reading).await.map_err(failed)?;
        Ok(model.map(Push::try_from).transpose()?)
    }

    async fn find(&self, app_id: &AppId, digest: &Digest) -> Result<Option<Push>, StoreError> {
        let is_it = Column::AppId.eq(app_id.as_str()).and(Column::Digest.eq(digest.as_bytes().to_vec()));
        let model = Entity::find().filter(is_it).one(&self.reading).await.map_err(failed)?;
        Ok(model.map(Push::try_from).transpose()?)
    }

    async fn latest(
        &self,
        filter: &PushFilter,
        before: Option<PushId>,
        limit: u32,
    ) -> Result<Vec<Push>, StoreError> {
        let query = Entity::find().order_by_desc(Column::Id).limit(u64::from(limit));
        let query = match before {
            Some(id) => query.filter(Column::Id.lt(id.as_uuid())),
            None => query,
        };
        let query = match filter {
            PushFilter::All => query,
            PushFilter::State(state) => query.filter(Column::State.eq(state.as_str())),
            PushFilter::Identity(identity) => query.filter(is_about(identity)),
        };
        let models = query.all(&self.reading).await.map_err(failed)?;
        models.into_iter().map(|model| Ok(Push::try_from(model)?)).collect()
    }

    async fn due(&self, app_id: &AppId, now: Timestamp, limit: u32) -> Result<Vec<Push>, StoreError> {
        let query = Entity::find()
            .filter(Column::AppId.eq(app_id.as_str()))
            .filter(Column::NextTryAt.lte(now.as_millis()))
            .order_by_asc(Column::NextTryAt)
            .order_by_asc(Column::Id)
            .limit(u64::from(limit));
        let models = query.all(&self.reading).await.map_err(failed)?;
        models.into_iter().map(|model| Ok(Push::try_from(model)?)).collect()
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let old = Column::Id.lt(PushId::lowest_at(before).as_uuid());
        sweep::<Entity, Uuid>(&self.writing, [Column::Id], old, Expr::col(Column::Id), limit).await
    }
}

fn is_about(identity: &IdentityId) -> Expr {
    Column::Openid.eq(identity.openid.as_str()).and(Column::AppId.eq(identity.app_id.as_str()))
}

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(connection: &impl ConnectionTrait, changes: &[&PushChange]) -> Result<bool, DbErr> {
    let (mut added, mut forgotten) = (Vec::with_capacity(changes.len()), Vec::new());
    for change in changes {
        match change {
            PushChange::Add(push) => added.push(ActiveModel::from(push)),
            PushChange::Update(update) => {
                let statement = Entity::update_many()
                    .set(ActiveModel::from(update))
                    .filter(Column::Id.eq(update.id.as_uuid()))
                    .filter(Column::Version.eq(update.version.number()));
                if statement.exec(connection).await?.rows_affected == 0 {
                    return Ok(false);
                }
            }
            PushChange::Forget(identity) => forgotten.push(identity),
        }
    }
    insert(connection, added).await?;
    for identity in forgotten {
        let empty = ActiveModel {
            openid: Set(None),
            message: Set(None),
            next_try_at: Set(None),
            ..Default::default()
        };
        let next_version = Expr::col(Column::Version).add(1);
        let statement = Entity::update_many().set(empty).col_expr(Column::Version, next_version);
        statement.filter(is_about(identity)).exec(connection).await?;
    }
    Ok(true)
}
