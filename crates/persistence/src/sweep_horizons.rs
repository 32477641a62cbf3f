//! The time that sweeps go by: one row.

use async_trait::async_trait;
use domain::{
    store::StoreError,
    time::Timestamp,
    upkeep::{SweepHorizon, SweepHorizonChange, SweepHorizons},
    version::Version,
};
use sea_orm::{ConnectionTrait, DbErr, Set, entity::prelude::*};

use crate::{
    failure::failed,
    statements::insert,
    tables::{Relation, Tables},
};

/// The one row.
const ID: i32 = 1;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "sweep_horizons")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i32,
    pub(crate) at: i64,
    pub(crate) version: u32,
}

impl ActiveModelBehavior for ActiveModel {}

fn row(horizon: &SweepHorizon, version: Version) -> ActiveModel {
    ActiveModel { id: Set(ID), at: Set(horizon.at.as_millis()), version: Set(version.number()) }
}

#[async_trait]
impl SweepHorizons for Tables {
    async fn find(&self) -> Result<Option<SweepHorizon>, StoreError> {
        let model = Entity::find_by_id(ID).one(&self.reading).await.map_err(failed)?;
        let horizon = |Model { at, version, .. }| SweepHorizon {
            at: Timestamp::from_millis(at),
            version: Version::new(version),
        };
        Ok(model.map(horizon))
    }
}

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    changes: &[&SweepHorizonChange],
) -> Result<bool, DbErr> {
    for change in changes {
        match change {
            SweepHorizonChange::Add(horizon) => {
                insert(connection, vec![row(horizon, horizon.version)]).await?;
            }
            SweepHorizonChange::Update(horizon) => {
                let statement = Entity::update_many()
                    .set(row(horizon, horizon.version.next()))
                    .filter(Column::Id.eq(ID))
                    .filter(Column::Version.eq(horizon.version.number()));
                if statement.exec(connection).await?.rows_affected == 0 {
                    return Ok(false);
                }
            }
        }
    }
    Ok(true)
}
