//! Who did what happened, and what else is to be known of it.

use sea_orm_migration::prelude::*;

use crate::{columns::Columns, tables};

const NAME: &str = "events";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        tables::add_column(manager, NAME, "actor", columns.identifier("actor", 80)).await?;
        tables::add_column(manager, NAME, "detail", columns.identifier("detail", 128)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop_column(manager, NAME, "detail").await?;
        tables::drop_column(manager, NAME, "actor").await
    }
}
