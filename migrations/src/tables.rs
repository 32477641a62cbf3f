//! How tables are made, the same on both databases.

use sea_orm_migration::{
    SchemaManager,
    sea_orm::{DbBackend, DbErr},
    sea_query::{Index, IndexCreateStatement, Table, TableCreateStatement},
};

/// A new table.
pub(crate) fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).if_not_exists().take()
}

/// A primary key over several columns.
pub(crate) fn primary_key(columns: &[&'static str]) -> IndexCreateStatement {
    let mut key = Index::create();
    for column in columns {
        key.col(*column);
    }
    key.take()
}

/// An index on a table.
pub(crate) fn index(name: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    primary_key(columns).name(name).if_not_exists().take()
}

/// Makes a table with its indexes: on MySQL in one statement, which is done as a whole or not at
/// all; SQLite wants one for each.
pub(crate) async fn create(
    manager: &SchemaManager<'_>,
    name: &'static str,
    mut table: TableCreateStatement,
    indexes: Vec<IndexCreateStatement>,
) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::MySql {
        table.engine("InnoDB").character_set("utf8mb4").collate("utf8mb4_0900_ai_ci");
        for mut index in indexes {
            table.index(&mut index);
        }
        return manager.create_table(table).await;
    }
    manager.create_table(table).await?;
    for mut index in indexes {
        manager.create_index(index.table(name).take()).await?;
    }
    Ok(())
}

/// Drops a table.
pub(crate) async fn drop(manager: &SchemaManager<'_>, name: &'static str) -> Result<(), DbErr> {
    manager.drop_table(Table::drop().table(name).if_exists().take()).await
}
