//! WeChat identities: one row per app and openid, with the user if there is one.

use sea_orm_migration::prelude::*;

use crate::{
    columns::{Columns, time, uuid},
    tables::{self, primary_key, table},
};

const NAME: &str = "identities";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        let table = table(NAME)
            .col(columns.identifier("app_id", 64).not_null())
            .col(columns.identifier("openid", 128).not_null())
            .col(columns.identifier("unionid", 128))
            .col(uuid("user_id"))
            .col(time("first_seen_at").not_null())
            .col(time("last_seen_at").not_null())
            .primary_key(&mut primary_key(&["app_id", "openid"]))
            .take();
        tables::create(manager, NAME, table, Vec::new()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}
