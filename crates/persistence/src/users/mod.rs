//! Users.

mod entity;

use async_trait::async_trait;
use domain::{
    store::StoreError,
    user::{NicknameKey, Union, User, UserChange, UserId, Users},
};
use sea_orm::{
    ActiveValue::NotSet,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, ExprTrait},
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
        let end = format!("{}{}", prefix.as_str(), char::MAX);
        let find = |range: Expr, limit| {
            Entity::find()
                .filter(range)
                .filter(Column::NicknameKey.lt(end.as_str()))
                .order_by_asc(Column::NicknameKey)
                .order_by_asc(Column::Id)
                .limit(limit)
                .all(&self.reading)
        };
        let limit = u64::from(limit);
        let after = after.map(|user| (NicknameKey::from(&user.profile.nickname), user.id.as_uuid()));
        let models = match after.filter(|(key, _)| key >= prefix) {
            None => find(Column::NicknameKey.gte(prefix.as_str()), limit).await.map_err(failed)?,
            // Those with the same nickname, and then the others: each is a range of the index. In one condition, it
            // would be read from the first of very many who may have the same nickname.
            Some((key, id)) => {
                let same = Column::NicknameKey.eq(key.as_str()).and(Column::Id.gt(id));
                let mut models = find(same, limit).await.map_err(failed)?;
                let missing = limit - models.len() as u64;
                if missing > 0 {
                    let later = Column::NicknameKey.gt(key.as_str());
                    models.extend(find(later, missing).await.map_err(failed)?);
                }
                models
            }
        };
        models.into_iter().map(|model| Ok(User::try_from(model)?)).collect()
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
