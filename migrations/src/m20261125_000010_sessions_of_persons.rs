//! Indexes that tell the sessions of a person which were not revoked from the others.

use sea_orm_migration::prelude::*;

use crate::tables::{self, index};

const NAME: &str = "sessions";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of_user =
            index("sessions_of_user", &["user_id", "revoked_at"]).only(Expr::col("user_id").is_not_null());
        let of_stranger = index("sessions_of_stranger", &["app_id", "openid", "user_id", "revoked_at"])
            .only(Expr::col("user_id").is_null());
        tables::add_index(manager, NAME, of_user).await?;
        tables::add_index(manager, NAME, of_stranger).await?;
        tables::drop_index(manager, NAME, "sessions_user").await?;
        tables::drop_index(manager, NAME, "sessions_unregistered").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of_user = index("sessions_user", &["user_id"]).only(Expr::col("user_id").is_not_null());
        let of_stranger =
            index("sessions_unregistered", &["app_id", "openid"]).only(Expr::col("user_id").is_null());
        tables::add_index(manager, NAME, of_user).await?;
        tables::add_index(manager, NAME, of_stranger).await?;
        tables::drop_index(manager, NAME, "sessions_of_user").await?;
        tables::drop_index(manager, NAME, "sessions_of_stranger").await
    }
}
