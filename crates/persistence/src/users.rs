use async_trait::async_trait;
use domain::{
    profile::{ProfileChange, Union, User, UserId, Users},
    store::{Insertion, StoreError},
    time::Timestamp,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryTrait, Set};

use crate::{
    connections::{Connections, Tables},
    entity::users::{self, ActiveModel, Column, Entity},
    failure::{failed, is_taken},
};

#[async_trait]
impl<C: Connections> Users for Tables<C> {
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.0.user(id).await?.map(User::try_from).transpose()?)
    }

    async fn find_by_union(&self, union: &Union) -> Result<Option<User>, StoreError> {
        let query = Entity::find()
            .filter(Column::OpenPlatform.eq(union.open_platform.as_str()))
            .filter(Column::Unionid.eq(union.unionid.as_str()));
        let model = query.one(self.0.reading()).await.map_err(failed)?;
        Ok(model.map(User::try_from).transpose()?)
    }

    async fn add(&self, user: &User) -> Result<Insertion, StoreError> {
        let statement = Entity::insert(ActiveModel::from(user)).into_query();
        if user.union.is_none() {
            // Nobody else can be the same person.
            self.0.run(&statement).await?;
            return Ok(Insertion::Added);
        }
        insertion(self.0.change(&statement).await)
    }

    async fn join_union(&self, id: UserId, union: &Union) -> Result<Insertion, StoreError> {
        let statement = Entity::update_many()
            .set(ActiveModel {
                open_platform: Set(Some(union.open_platform.to_string())),
                unionid: Set(Some(union.unionid.to_string())),
                ..Default::default()
            })
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::Unionid.is_null())
            .into_query();
        // Whose union is taken stays as they are: only the database can say.
        insertion(self.0.writing().execute(&statement).await.map(|done| done.rows_affected()))
    }

    async fn change_profile(
        &self,
        id: UserId,
        change: &ProfileChange,
        at: Timestamp,
    ) -> Result<Option<User>, StoreError> {
        let statement =
            Entity::update_many().set(changed(change, at)).filter(Column::Id.eq(id.as_uuid())).into_query();
        self.0.run(&statement).await?;
        let model = Entity::find_by_id(id.as_uuid()).one(self.0.writing()).await.map_err(failed)?;
        Ok(model.map(User::try_from).transpose()?)
    }
}

/// What adding a row came to, where another row with its key is an answer.
fn insertion(rows: Result<u64, DbErr>) -> Result<Insertion, StoreError> {
    match rows {
        Ok(0) => Ok(Insertion::Taken),
        Ok(_) => Ok(Insertion::Added),
        Err(error) if is_taken(&error) => Ok(Insertion::Taken),
        Err(error) => Err(failed(error)),
    }
}

/// The columns that a change writes.
fn changed(change: &ProfileChange, at: Timestamp) -> ActiveModel {
    let mut model = ActiveModel { updated_at: Set(at.as_millis()), ..Default::default() };
    if let Some(nickname) = &change.nickname {
        model.nickname = Set(nickname.to_string());
    }
    if let Some(avatar_url) = &change.avatar_url {
        model.avatar_url = Set(avatar_url.to_string());
    }
    if let Some(gender) = change.gender {
        model.gender = Set(users::stored(gender));
    }
    if let Some(language) = &change.language {
        model.language = Set(language.to_string());
    }
    if let Some(country) = &change.country {
        model.country = Set(country.to_string());
    }
    if let Some(province) = &change.province {
        model.province = Set(province.to_string());
    }
    if let Some(city) = &change.city {
        model.city = Set(city.to_string());
    }
    model
}
