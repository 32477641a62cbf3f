//! Whose code an attempt exchanged, so that what it brought can be taken out at their wish.

use sea_orm_migration::prelude::*;

use crate::{
    columns::Columns,
    tables::{self, index},
};

const NAME: &str = "code_attempts";
const BY_OPENID: &str = "code_attempts_openid";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        tables::add_column(manager, NAME, "openid", columns.identifier("openid", 128)).await?;
        let by_openid = index(BY_OPENID, &["openid", "app_id"]).only(Expr::col("openid").is_not_null());
        tables::add_index(manager, NAME, by_openid).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop_index(manager, NAME, BY_OPENID).await?;
        tables::drop_column(manager, NAME, "openid").await
    }
}
