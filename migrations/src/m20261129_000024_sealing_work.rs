//! The work on sealed rows: one row, with what was counted as JSON.

use sea_orm_migration::{prelude::*, sea_query::ColumnDef};

use crate::{
    columns::{Columns, time, version},
    tables::{self, table},
};

const NAME: &str = "sealing_work";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        let table = table(NAME)
            .col(ColumnDef::new("id").integer().not_null().primary_key())
            .col(columns.identifier("kind", 16).not_null())
            .col(columns.identifier("state", 16).not_null())
            .col(time("started_at").not_null())
            .col(columns.identifier("started_by", 64))
            .col(time("seen_at").not_null())
            .col(ColumnDef::new("done").big_integer().not_null())
            .col(ColumnDef::new("total").big_integer().not_null())
            .col(ColumnDef::new("counts").text().not_null())
            .col(ColumnDef::new("complete").text())
            .col(time("complete_at"))
            .col(version("version"))
            .take();
        tables::create(manager, NAME, table, Vec::new()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}
