//! Creates tables, on both databases.

use sea_orm_migration::{
    SchemaManager,
    sea_orm::{DbBackend, DbErr},
    sea_query::{
        ColumnDef, ConditionalStatement, Expr, Index, IndexCreateStatement, Table, TableCreateStatement,
    },
};

/// A new table.
pub(crate) fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).if_not_exists().take()
}

/// A primary key on several columns.
pub(crate) fn primary_key(columns: &[&'static str]) -> IndexCreateStatement {
    let mut key = Index::create();
    for column in columns {
        key.col(*column);
    }
    key.take()
}

/// An index on a table.
pub(crate) struct TableIndex {
    name: &'static str,
    statement: IndexCreateStatement,
    condition: Option<Expr>,
}

/// An index on these columns.
pub(crate) fn index(name: &'static str, columns: &[&'static str]) -> TableIndex {
    TableIndex { name, statement: primary_key(columns).name(name).take(), condition: None }
}

impl TableIndex {
    /// Makes the index unique.
    pub(crate) fn unique(mut self) -> Self {
        self.statement.unique();
        self
    }

    /// Makes this a partial index: queries use it only for rows that meet the condition. MySQL has no partial
    /// indexes, and indexes all rows.
    pub(crate) fn only(mut self, condition: Expr) -> Self {
        self.condition = Some(condition);
        self
    }
}

/// Creates a table with its indexes. On MySQL this is one atomic statement; SQLite needs a statement for each
/// index.
pub(crate) async fn create(
    manager: &SchemaManager<'_>,
    name: &'static str,
    mut table: TableCreateStatement,
    indexes: Vec<TableIndex>,
) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::MySql {
        // A clustered index, as on MySQL: the rows are in the B-tree of the primary key.
        table.extra("WITHOUT ROWID");
    }
    create_with(manager, name, table, indexes).await
}

/// Creates a table with its indexes, whose rows the database numbers in the order of their insertion, and never with the
/// number of a row that was deleted.
pub(crate) async fn create_numbered(
    manager: &SchemaManager<'_>,
    name: &'static str,
    mut table: TableCreateStatement,
    indexes: Vec<TableIndex>,
) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::MySql {
        // TiDB's servers otherwise number rows each from a stock of its own. To MySQL it is a comment.
        table.extra("/*T![auto_id_cache] AUTO_ID_CACHE 1 */");
    }
    create_with(manager, name, table, indexes).await
}

async fn create_with(
    manager: &SchemaManager<'_>,
    name: &'static str,
    mut table: TableCreateStatement,
    indexes: Vec<TableIndex>,
) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::MySql {
        table.engine("InnoDB").character_set("utf8mb4").collate("utf8mb4_0900_ai_ci");
        for mut index in indexes {
            table.index(&mut index.statement);
        }
        return manager.create_table(table).await;
    }
    manager.create_table(table).await?;
    for mut index in indexes {
        if let Some(condition) = index.condition {
            index.statement.and_where(condition);
        }
        manager.create_index(index.statement.if_not_exists().table(name).take()).await?;
    }
    Ok(())
}

/// Adds a column, unless it is there: a migration that was cut off may be run again.
pub(crate) async fn add_column(
    manager: &SchemaManager<'_>,
    table: &'static str,
    name: &'static str,
    column: ColumnDef,
) -> Result<(), DbErr> {
    if manager.has_column(table, name).await? {
        return Ok(());
    }
    manager.alter_table(Table::alter().table(table).add_column(column).take()).await
}

/// Drops a column, if it is there.
pub(crate) async fn drop_column(
    manager: &SchemaManager<'_>,
    table: &'static str,
    name: &'static str,
) -> Result<(), DbErr> {
    if !manager.has_column(table, name).await? {
        return Ok(());
    }
    manager.alter_table(Table::alter().table(table).drop_column(name).take()).await
}

/// Adds an index, unless it is there.
pub(crate) async fn add_index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    index: TableIndex,
) -> Result<(), DbErr> {
    let TableIndex { name, mut statement, condition } = index;
    if manager.has_index(table, name).await? {
        return Ok(());
    }
    if manager.get_database_backend() != DbBackend::MySql
        && let Some(condition) = condition
    {
        statement.and_where(condition);
    }
    manager.create_index(statement.table(table).take()).await
}

/// Drops an index, if it is there.
pub(crate) async fn drop_index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    name: &'static str,
) -> Result<(), DbErr> {
    if !manager.has_index(table, name).await? {
        return Ok(());
    }
    let mut statement = Index::drop();
    statement.table(table).name(name);
    manager.drop_index(statement).await
}

/// Drops a table.
pub(crate) async fn drop(manager: &SchemaManager<'_>, name: &'static str) -> Result<(), DbErr> {
    manager.drop_table(Table::drop().table(name).if_exists().take()).await
}
