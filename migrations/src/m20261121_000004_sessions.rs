//! Who is logged in.

use sea_orm_migration::prelude::*;

use crate::{
    columns::{Columns, digest, prose, sealed, time, uuid},
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
            .col(prose("user_agent", 255))
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
            index("sessions_user", &["user_id"]).of(Expr::col("user_id").is_not_null()),
            index("sessions_unregistered", &["app_id", "openid"]).of(Expr::col("user_id").is_null()),
            index("sessions_expiry", &["expires_at"]),
            index("sessions_revocation", &["revoked_at", "user_id"])
                .of(Expr::col("revoked_at").is_not_null()),
            index("sessions_succession", &["succeeded_at"]).of(Expr::col("succeeded_at").is_not_null()),
        ];
        tables::create(manager, NAME, table, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}

/// When a session ends if nothing more happens, kept by the database so that it can be swept by
/// one index.
fn expires_at() -> ColumnDef {
    let idle = || Expr::col("idle_expires_at");
    let absolute = || Expr::col("absolute_expires_at");
    let earlier = CaseStatement::new().case(idle().lt(absolute()), idle()).finally(absolute());
    time("expires_at").generated(earlier, false).take()
}
