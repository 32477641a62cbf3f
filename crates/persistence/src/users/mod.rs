//! Users.

mod entity;

use async_trait::async_trait;
use domain::{
    store::StoreError,
    user::{Union, User, UserChange, UserId, Users},
};
use sea_orm::{ActiveValue::NotSet, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set};

use self::entity::ActiveModel;
pub(crate) use self::entity::{Column, Entity, Model};
use crate::{failure::failed, statements::insert, tables::Tables};

#[async_trait]
impl Users for Tables {
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let model = Entity::find_by_id(id.as_uuid()).one(&self.reading).await.map_err(failed)?;
        Ok(model.map(User::try_from).transpose()?)
    }

    async fn find_by_union(&self, union: &Union) -> Result<Option<User>, StoreError> {
        let query = Entity::find()
            .filter(Column::OpenPlatform.eq(union.open_platform.as_str()))
            .filter(Column::Unionid.eq(union.unionid.as_str()));
        let model = query.one(&self.reading).await.map_err(failed)?;
        Ok(model.map(User::try_from).transpose()?)
    }
}

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(connection: &impl ConnectionTrait, changes: &[&UserChange]) -> Result<bool, DbErr> {
    let (mut added, mut updated) = (Vec::new(), Vec::new());
    for change in changes {
        match change {
            UserChange::Add(user) => added.push(ActiveModel::from(user)),
            UserChange::Update(user) => updated.push(user),
        }
    }
    insert(connection, added).await?;
    for user in updated {
        let written =
            ActiveModel { id: NotSet, version: Set(user.version.next().number()), ..ActiveModel::from(user) };
        let statement = Entity::update_many()
            .set(written)
            .filter(Column::Id.eq(user.id.as_uuid()))
            .filter(Column::Version.eq(user.version.number()));
        if statement.exec(connection).await?.rows_affected == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}
