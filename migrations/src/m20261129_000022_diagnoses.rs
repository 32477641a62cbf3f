//! Diagnoses: why requests failed, and what was on record of the person then. Each search has its index.

use sea_orm_migration::{prelude::*, sea_query::ColumnDef};

use crate::{
    columns::{Columns, text, time, uuid},
    tables::{self, TableIndex, index, table},
};

const NAME: &str = "diagnoses";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        let table = table(NAME)
            .col(uuid("id").not_null().primary_key())
            .col(columns.identifier("request_id", 64).not_null())
            .col(time("at").not_null())
            .col(columns.identifier("step", 16).not_null())
            .col(columns.identifier("app_id", 64))
            .col(columns.identifier("openid", 128))
            .col(columns.identifier("pseudonym", 16))
            .col(uuid("user_id"))
            .col(columns.identifier("code", 64).not_null())
            .col(text("cause", 500))
            .col(ColumnDef::new("errcode").big_integer())
            .col(columns.identifier("rid", 64))
            .col(ColumnDef::new("ring_keys").text().not_null())
            .col(ColumnDef::new("earlier_events").text().not_null())
            .take();
        let indexes = vec![
            index("diagnoses_request", &["request_id", "id"]),
            of_known("diagnoses_rid", &["rid", "id"]),
            of_known("diagnoses_openid", &["openid", "id"]),
            of_known("diagnoses_pseudonym", &["pseudonym", "id"]),
            of_known("diagnoses_user", &["user_id", "id"]),
        ];
        tables::create(manager, NAME, table, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, NAME).await
    }
}

/// An index of the rows whose first column is not null.
fn of_known(name: &'static str, columns: &[&'static str; 2]) -> TableIndex {
    index(name, columns).only(Expr::col(columns[0]).is_not_null())
}
