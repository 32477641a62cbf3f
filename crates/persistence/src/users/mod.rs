//! Users.

mod entity;

use async_trait::async_trait;
use domain::{
    store::StoreError,
    user::{NicknameKey, Union, User, UserChange, UserId, Users},
};
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, Set, sea_query::ExprTrait,
};

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

    async fn find_by_nickname(
        &self,
        prefix: &NicknameKey,
        after: Option<&User>,
        limit: u32,
    ) -> Result<Vec<User>, StoreError> {
        let query = Entity::find()
            .filter(Column::NicknameKey.gte(prefix.as_str()))
            .filter(Column::NicknameKey.lt(format!("{}{}", prefix.as_str(), char::MAX)))
            .order_by_asc(Column::NicknameKey)
            .order_by_asc(Column::Id)
            .limit(u64::from(limit));
        let query = match after {
            Some(user) => query.filter(comes_after(user)),
            None => query,
        };
        let models = query.all(&self.reading).await.map_err(failed)?;
        models.into_iter().map(|model| Ok(User::try_from(model)?)).collect()
    }
}

/// The rows after that of this user, in the order of nicknames. The first condition is the second's, for the
/// index: MySQL finds no range in a comparison of pairs.
fn comes_after(user: &User) -> Condition {
    let key = NicknameKey::from(&user.profile.nickname);
    let is_later = Column::NicknameKey.gt(key.as_str());
    let is_same = Column::NicknameKey.eq(key.as_str()).and(Column::Id.gt(user.id.as_uuid()));
    Condition::all().add(Column::NicknameKey.gte(key.as_str())).add(is_later.or(is_same))
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
