//! Hourly counts: how logins go at each app. The empty text stands for no app, and for no detail.

use sea_orm_migration::{prelude::*, sea_query::ColumnDef};

use crate::{
    columns::{Columns, time},
    tables::{self, primary_key, table},
};

const NAME: &str = "hourly_counts";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        let table = table(NAME)
            .col(time("hour").not_null())
            .col(columns.identifier("app_id", 64).not_null())
            .col(columns.identifier("counted", 16).not_null())
            .col(columns.identifier("detail", 64).not_null())
            .col(ColumnDef::new("count").big_integer().not_null())
            .primary_key(&mut primary_key(&["hour", "app_id", "counted", "detail"]))
            .take();
        tables::create(manager, NAME, table, Vec::new()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}
