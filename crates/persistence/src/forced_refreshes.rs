//! Forced refreshes of access tokens.

use async_trait::async_trait;
use domain::{
    access_token::{ForcedRefresh, ForcedRefreshChange, ForcedRefreshes},
    app::AppId,
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{ConnectionTrait, DbErr, Set, entity::prelude::*};

use crate::{
    failure::failed,
    inconsistency::{Inconsistency, Row},
    statements::insert,
    tables::{Relation, Tables},
};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "forced_refreshes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) app_id: String,
    pub(crate) at: i64,
    pub(crate) of_day: u32,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for ForcedRefresh {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let app_id = Row::new("forced_refreshes", &*model.app_id).check("app_id", model.app_id.parse())?;
        Ok(Self { app_id, at: Timestamp::from_millis(model.at), of_day: model.of_day })
    }
}

impl From<&ForcedRefresh> for ActiveModel {
    fn from(refresh: &ForcedRefresh) -> Self {
        Self {
            app_id: Set(refresh.app_id.to_string()),
            at: Set(refresh.at.as_millis()),
            of_day: Set(refresh.of_day),
        }
    }
}

#[async_trait]
impl ForcedRefreshes for Tables {
    async fn latest(&self, app: &AppId) -> Result<Option<ForcedRefresh>, StoreError> {
        let model = Entity::find_by_id(app.as_str()).one(&self.reading).await.map_err(failed)?;
        Ok(model.map(ForcedRefresh::try_from).transpose()?)
    }
}

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    changes: &[&ForcedRefreshChange],
) -> Result<bool, DbErr> {
    let mut first = Vec::new();
    for change in changes {
        match change {
            ForcedRefreshChange::First(refresh) => first.push(ActiveModel::from(refresh)),
            ForcedRefreshChange::Replace { seen, next } => {
                let statement = Entity::update_many()
                    .set(ActiveModel { app_id: sea_orm::NotSet, ..ActiveModel::from(next) })
                    .filter(Column::AppId.eq(seen.app_id.as_str()))
                    .filter(Column::At.eq(seen.at.as_millis()))
                    .filter(Column::OfDay.eq(seen.of_day));
                if statement.exec(connection).await?.rows_affected == 0 {
                    return Ok(false);
                }
            }
        }
    }
    insert(connection, first).await?;
    Ok(true)
}
