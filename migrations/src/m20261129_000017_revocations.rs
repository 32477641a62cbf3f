//! Revocations of users' sessions, by the number in which every instance reads them. Nothing in it tells whose
//! they are, or when they were.

use sea_orm_migration::{prelude::*, sea_query::ColumnDef};

use crate::{
    columns::digest,
    tables::{self, table},
};

const NAME: &str = "revocations";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let number = ColumnDef::new("number").big_integer().not_null().auto_increment().primary_key().take();
        let table = table(NAME).col(number).col(digest("token_hash").not_null()).take();
        tables::create_numbered(manager, NAME, table, Vec::new()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}
