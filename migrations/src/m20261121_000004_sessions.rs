//! Sessions.

use sea_orm_migration::prelude::*;

use crate::{
    columns::{Columns, digest, sealed, text, time, uuid},
    tables::{self, index, table},
};

const NAME: &str = "sessions";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        let table = table(NAME)
            .col(uuid("id").not_null().primary_key())
            .col(digest("token_hash").not_null())
            .col(columns.identifier("app_id", 64).not_null())
            .col(columns.identifier("openid", 128).not_null())
            .col(uuid("user_id"))
            .col(columns.identifier("client_address", 45))
            .col(text("user_agent", 255))
            .col(time("created_at").not_null())
            .col(time("last_seen_at").not_null())
            .col(time("idle_expires_at").not_null())
            .col(time("absolute_expires_at").not_null())
            .col(expires_at())
            .col(time("revoked_at"))
            .col(columns.identifier("revocation_reason", 32))
            .col(uuid("successor_id"))
            .col(sealed("successor_token"))
            .col(time("succeeded_at"))
            .take();
        let indexes = vec![
            index("sessions_token", &["token_hash"]).unique(),
            index("sessions_user", &["user_id"]).only(Expr::col("user_id").is_not_null()),
            index("sessions_unregistered", &["app_id", "openid"]).only(Expr::col("user_id").is_null()),
            index("sessions_expiry", &["expires_at"]),
            index("sessions_revocation", &["revoked_at", "user_id"])
                .only(Expr::col("revoked_at").is_not_null()),
            index("sessions_succession", &["succeeded_at"]).only(Expr::col("succeeded_at").is_not_null()),
        ];
        tables::create(manager, NAME, table, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}

/// When a session expires if it is not used again: a generated column, so that the sweep needs only one index.
fn expires_at() -> ColumnDef {
    let idle = || Expr::col("idle_expires_at");
    let absolute = || Expr::col("absolute_expires_at");
    let earlier = CaseStatement::new().case(idle().lt(absolute()), idle()).finally(absolute());
    time("expires_at").generated(earlier, false).take()
}
