//! Registered users.

use sea_orm_migration::prelude::*;

use crate::{
    columns::{Columns, text, time, uuid},
    tables::{self, index, table},
};

const NAME: &str = "users";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        let table = table(NAME)
            .col(uuid("id").not_null().primary_key())
            .col(columns.identifier("status", 16).not_null())
            .col(columns.identifier("open_platform", 64))
            .col(columns.identifier("unionid", 128))
            .col(text("nickname", 64).not_null())
            .col(text("avatar_url", 1024).not_null())
            .col(ColumnDef::new("gender").tiny_integer().not_null())
            .col(text("language", 64).not_null())
            .col(text("country", 64).not_null())
            .col(text("province", 64).not_null())
            .col(text("city", 64).not_null())
            .col(time("created_at").not_null())
            .col(time("updated_at").not_null())
            .take();
        let indexes = vec![
            index("users_union", &["open_platform", "unionid"])
                .only(Expr::col("unionid").is_not_null())
                .unique(),
        ];
        tables::create(manager, NAME, table, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}
