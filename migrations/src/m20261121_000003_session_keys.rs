//! The session_keys of each identity, sealed with a master key.

use sea_orm_migration::prelude::*;

use crate::{
    columns::{Columns, sealed, time},
    tables::{self, index, primary_key, table},
};

const NAME: &str = "session_keys";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        let table = table(NAME)
            .col(columns.identifier("app_id", 64).not_null())
            .col(columns.identifier("openid", 128).not_null())
            .col(ColumnDef::new("generation").unsigned().not_null())
            .col(sealed("sealed").not_null())
            .col(time("obtained_at").not_null())
            .col(time("superseded_at"))
            .primary_key(&mut primary_key(&["app_id", "openid", "generation"]))
            .take();
        let indexes = vec![
            index("session_keys_superseded", &["superseded_at"])
                .only(Expr::col("superseded_at").is_not_null()),
        ];
        tables::create(manager, NAME, table, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}
