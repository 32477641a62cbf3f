//! An index for the identities of a user.

use sea_orm_migration::prelude::*;

use crate::tables::{self, index};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of_user = index("identities_user", &["user_id"]).only(Expr::col("user_id").is_not_null());
        tables::add_index(manager, "identities", of_user).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop_index(manager, "identities", "identities_user").await
    }
}
