//! Sweep horizons: a row with the time that sweeps go by.

use sea_orm_migration::{prelude::*, sea_query::ColumnDef};

use crate::{
    columns::{time, version},
    tables::{self, primary_key, table},
};

const NAME: &str = "sweep_horizons";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = table(NAME)
            .col(ColumnDef::new("id").integer().not_null())
            .col(time("at").not_null())
            .col(version("version"))
            .primary_key(&mut primary_key(&["id"]))
            .take();
        tables::create(manager, NAME, table, Vec::new()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}
