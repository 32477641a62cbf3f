//! Indexes for the events of a user and for those of one kind.

use sea_orm_migration::prelude::*;

use crate::tables::{self, index};

const NAME: &str = "events";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of_user = index("events_user", &["user_id", "id"]).only(Expr::col("user_id").is_not_null());
        tables::add_index(manager, NAME, of_user).await?;
        tables::add_index(manager, NAME, index("events_kind", &["kind", "id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop_index(manager, NAME, "events_kind").await?;
        tables::drop_index(manager, NAME, "events_user").await
    }
}
