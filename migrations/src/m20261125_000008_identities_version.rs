//! The optimistic lock of identities.

use sea_orm_migration::prelude::*;

use crate::{columns::version, tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::add_column(manager, "identities", "version", version("version")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop_column(manager, "identities", "version").await
    }
}
