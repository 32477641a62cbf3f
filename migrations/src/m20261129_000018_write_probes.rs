//! Write probes: a row that instances write to see whether the database can be written.

use sea_orm_migration::{prelude::*, sea_query::ColumnDef};

use crate::tables::{self, primary_key, table};

const NAME: &str = "write_probes";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = table(NAME)
            .col(ColumnDef::new("id").integer().not_null())
            .col(ColumnDef::new("writes").big_integer().not_null())
            .primary_key(&mut primary_key(&["id"]))
            .take();
        tables::create(manager, NAME, table, Vec::new()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}
