//! Code attempts: the login and phone codes that are being exchanged or have been exchanged.
//!
//! The table `login_attempts` stays for instances of the version before; nothing reads it any more.

use sea_orm_migration::prelude::*;

use crate::{
    columns::{Columns, digest, sealed, time},
    tables::{self, index, primary_key, table},
};

const NAME: &str = "code_attempts";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        let table = table(NAME)
            .col(columns.identifier("app_id", 64).not_null())
            .col(digest("code_hash").not_null())
            .col(digest("idempotency_hash").not_null())
            .col(time("pending_until"))
            .col(sealed("exchanged"))
            .col(time("expires_at").not_null())
            .primary_key(&mut primary_key(&["app_id", "code_hash"]))
            .take();
        let indexes = vec![index("code_attempts_expiry", &["expires_at"])];
        tables::create(manager, NAME, table, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}
