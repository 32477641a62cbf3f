//! What became of messages at the back ends of the team: how often each was sent, when it is sent next, and how the
//! last try ended.

use sea_orm_migration::{prelude::*, sea_query::ColumnDef};

use crate::{
    columns::{Columns, time, version},
    tables::{self, index},
};

const NAME: &str = "push_inbox";
const DUE: &str = "push_inbox_due";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        let tries = ColumnDef::new("tries").unsigned().not_null().default(0).take();
        tables::add_column(manager, NAME, "tries", tries).await?;
        tables::add_column(manager, NAME, "next_try_at", time("next_try_at")).await?;
        tables::add_column(manager, NAME, "outcome", columns.identifier("outcome", 32)).await?;
        tables::add_column(manager, NAME, "version", version("version")).await?;
        let due = index(DUE, &["app_id", "next_try_at", "id"]).only(Expr::col("next_try_at").is_not_null());
        tables::add_index(manager, NAME, due).await?;
        // What waited before is due at once.
        let waiting = Query::update()
            .table(NAME)
            .value("next_try_at", Expr::col("received_at"))
            .and_where(Expr::col("state").eq("waiting"))
            .and_where(Expr::col("message").is_not_null())
            .and_where(Expr::col("next_try_at").is_null())
            .take();
        manager.execute(waiting).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop_index(manager, NAME, DUE).await?;
        for column in ["version", "outcome", "next_try_at", "tries"] {
            tables::drop_column(manager, NAME, column).await?;
        }
        Ok(())
    }
}
