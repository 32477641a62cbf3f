//! Forced refreshes: how often each app's access token was refreshed by force.

use sea_orm_migration::{prelude::*, sea_query::ColumnDef};

use crate::{
    columns::{Columns, time},
    tables::{self, primary_key, table},
};

const NAME: &str = "forced_refreshes";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        let table = table(NAME)
            .col(columns.identifier("app_id", 64).not_null())
            .col(time("at").not_null())
            .col(ColumnDef::new("of_day").unsigned().not_null())
            .primary_key(&mut primary_key(&["app_id"]))
            .take();
        tables::create(manager, NAME, table, Vec::new()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}
