//! The inbox: what WeChat pushed. The digest tells one message from all others of its app.

use sea_orm_migration::{prelude::*, sea_query::ColumnDef};

use crate::{
    columns::{Columns, digest, time, uuid},
    tables::{self, index, table},
};

const NAME: &str = "push_inbox";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        let table = table(NAME)
            .col(uuid("id").not_null().primary_key())
            .col(columns.identifier("app_id", 64).not_null())
            .col(digest("digest").not_null())
            .col(columns.identifier("event", 64).not_null())
            .col(columns.identifier("openid", 128))
            .col(time("received_at").not_null())
            .col(columns.identifier("state", 16).not_null())
            .col(ColumnDef::new("message").blob())
            .take();
        let indexes = vec![
            index("push_inbox_digest", &["app_id", "digest"]).unique(),
            index("push_inbox_state", &["state", "id"]),
            index("push_inbox_openid", &["openid", "app_id", "id"]).only(Expr::col("openid").is_not_null()),
        ];
        tables::create(manager, NAME, table, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}
