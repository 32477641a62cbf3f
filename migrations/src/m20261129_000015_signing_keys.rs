//! Signing keys: the keys that sign assertions.

use sea_orm_migration::{prelude::*, sea_query::ColumnDef};

use crate::{
    columns::{digest, sealed, time, uuid},
    tables::{self, primary_key, table},
};

const NAME: &str = "signing_keys";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = table(NAME)
            .col(ColumnDef::new("generation").unsigned().not_null())
            .col(uuid("id").not_null())
            .col(digest("public_x").not_null())
            .col(digest("public_y").not_null())
            .col(sealed("sealed").not_null())
            .col(time("signs_from").not_null())
            .primary_key(&mut primary_key(&["generation"]))
            .take();
        tables::create(manager, NAME, table, Vec::new()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}
