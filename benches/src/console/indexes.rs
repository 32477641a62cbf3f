//! Takes MySQL's indexes away while rows are inserted, and builds them when all rows are there.
//!
//! An index that rows enter out of order makes each insert read and write pages all over the disk.

use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, Statement};

/// Indexes that were dropped.
pub(super) struct Dropped(Vec<Index>);

struct Index {
    table: String,
    name: String,
    columns: String,
    is_unique: bool,
}

/// Every index but the primary keys.
const INDEXES: &str = "SELECT table_name AS t, index_name AS i, MIN(non_unique) = 0 AS u, \
                       GROUP_CONCAT(CONCAT('`', column_name, '`') ORDER BY seq_in_index) AS c \
                       FROM information_schema.statistics \
                       WHERE table_schema = DATABASE() AND index_name <> 'PRIMARY' GROUP BY table_name, index_name";

/// Drops the indexes of all tables but the primary keys.
pub(super) async fn drop(database: &DatabaseConnection) -> Result<Dropped, DbErr> {
    let rows = database.query_all_raw(Statement::from_string(DatabaseBackend::MySql, INDEXES)).await?;
    let index = |row: &sea_orm::QueryResult| {
        let is_unique = row.try_get::<i64>("", "u")? == 1;
        let [table, name, columns] = ["t", "i", "c"].map(|column| row.try_get("", column));
        Ok(Index { table: table?, name: name?, columns: columns?, is_unique })
    };
    let indexes = rows.iter().map(index).collect::<Result<Vec<_>, DbErr>>()?;
    for Index { table, name, .. } in &indexes {
        database.execute_unprepared(&format!("DROP INDEX `{name}` ON `{table}`")).await?;
    }
    Ok(Dropped(indexes))
}

impl Dropped {
    /// Builds the indexes anew.
    pub(super) async fn build(self, database: &DatabaseConnection) -> Result<(), DbErr> {
        database.execute_unprepared("SET SESSION innodb_ddl_buffer_size = 536870912").await?;
        for Index { table, name, columns, is_unique } in self.0 {
            let unique = if is_unique { "UNIQUE" } else { "" };
            let statement = format!("CREATE {unique} INDEX `{name}` ON `{table}` ({columns})");
            database.execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}
