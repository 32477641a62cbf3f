//! The audit log: what happened to which identity, when, and from which address.

use sea_orm_migration::prelude::*;

use crate::{
    columns::{Columns, text, time, uuid},
    tables::{self, index, table},
};

const NAME: &str = "events";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        let table = table(NAME)
            .col(uuid("id").not_null().primary_key())
            .col(columns.identifier("kind", 32).not_null())
            .col(columns.identifier("app_id", 64).not_null())
            .col(columns.identifier("openid", 128).not_null())
            .col(uuid("user_id"))
            .col(uuid("session_id"))
            .col(time("at").not_null())
            .col(columns.identifier("client_address", 45))
            .col(text("user_agent", 255))
            .take();
        let indexes = vec![index("events_identity", &["app_id", "openid", "id"])];
        tables::create(manager, NAME, table, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}
