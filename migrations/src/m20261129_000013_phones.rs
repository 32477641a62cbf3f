//! Phone numbers: the sealed number of each user who gave one.

use sea_orm_migration::prelude::*;

use crate::{
    columns::{digest, sealed, time, uuid},
    tables::{self, index, table},
};

const NAME: &str = "phones";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = table(NAME)
            .col(uuid("user_id").not_null().primary_key())
            .col(sealed("number").not_null())
            .col(digest("blind_index").not_null())
            .col(time("bound_at").not_null())
            .take();
        let indexes = vec![index("phones_blind_index", &["blind_index"]).unique()];
        tables::create(manager, NAME, table, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}
