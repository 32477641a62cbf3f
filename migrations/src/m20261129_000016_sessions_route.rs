//! By which route a session was opened.

use sea_orm_migration::prelude::*;

use crate::{columns::Columns, tables};

const NAME: &str = "sessions";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        tables::add_column(manager, NAME, "route", columns.identifier("route", 16)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop_column(manager, NAME, "route").await
    }
}
