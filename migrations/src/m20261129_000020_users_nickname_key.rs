//! By what a nickname is found: its characters in lower case, compared byte by byte on both databases.

use sea_orm_migration::prelude::*;

use crate::{
    columns::Columns,
    tables::{self, index},
};

const NAME: &str = "users";

/// How many rows get their key in one statement.
const BATCH: u64 = 1_000;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        tables::add_column(manager, NAME, "nickname_key", columns.identifier("nickname_key", 64)).await?;
        fill(manager.get_connection()).await?;
        tables::add_index(manager, NAME, index("users_nickname", &["nickname_key", "id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop_index(manager, NAME, "users_nickname").await?;
        tables::drop_column(manager, NAME, "nickname_key").await
    }
}

/// Gives every row its key. SQLite leaves letters outside of ASCII as they are, until the user's row is
/// written the next time.
async fn fill(connection: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let mut after: Option<Vec<u8>> = None;
    loop {
        let mut query = Query::select();
        query.column("id").from(NAME).order_by("id", Order::Asc).limit(BATCH);
        if let Some(after) = &after {
            query.and_where(Expr::col("id").gt(after.clone()));
        }
        let rows = connection.query_all(&query).await?;
        let ids = rows.iter().map(|row| row.try_get_by("id")).collect::<Result<Vec<Vec<u8>>, _>>()?;
        let Some(last) = ids.last().cloned() else { return Ok(()) };
        let mut update = Query::update();
        update
            .table(NAME)
            .value("nickname_key", Func::lower(Expr::col("nickname")))
            .and_where(Expr::col("id").is_in(ids));
        connection.execute(&update).await?;
        after = Some(last);
    }
}
