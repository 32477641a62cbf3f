//! Operators: who may use the console, and their sessions there.

use sea_orm_migration::{prelude::*, sea_query::ColumnDef};

use crate::{
    columns::{Columns, digest, sealed, time, version},
    tables::{self, index, primary_key, table},
};

const OPERATORS: &str = "operators";
const SESSIONS: &str = "operator_sessions";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        let operators = table(OPERATORS)
            .col(columns.identifier("name", 64).not_null())
            .col(columns.identifier("role", 16).not_null())
            .col(columns.identifier("password", 255).not_null())
            .col(sealed("totp"))
            .col(ColumnDef::new("totp_step").unsigned())
            .col(time("disabled_at"))
            .col(time("created_at").not_null())
            .col(time("signed_in_at"))
            .col(version("version"))
            .primary_key(&mut primary_key(&["name"]))
            .take();
        tables::create(manager, OPERATORS, operators, Vec::new()).await?;
        let sessions = table(SESSIONS)
            .col(digest("token_hash").not_null())
            .col(columns.identifier("operator", 64).not_null())
            .col(time("created_at").not_null())
            .col(time("seen_at").not_null())
            .primary_key(&mut primary_key(&["token_hash"]))
            .take();
        let indexes = vec![
            index("operator_sessions_operator", &["operator"]),
            index("operator_sessions_seen_at", &["seen_at"]),
        ];
        tables::create(manager, SESSIONS, sessions, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, SESSIONS).await?;
        tables::drop(manager, OPERATORS).await
    }
}
