//! What a database has on record: the rows of its tables, and the bytes that they take.

use std::{collections::BTreeMap, fs};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, DbErr, QueryResult,
    Statement,
};
use tokio::runtime::{Builder, Runtime};

/// A table with fewer rows says nothing about what a row takes: pages are half empty.
const ENOUGH_ROWS: f64 = 500.0;

const SQLITE_NAMES: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
const SQLITE_SIZES: &str = "SELECT s.tbl_name, CAST(SUM(d.pgsize) AS TEXT) FROM dbstat d \
                            JOIN sqlite_schema s ON s.name = d.name GROUP BY s.tbl_name";

/// A count must hold no snapshot: while it reads, MySQL could remove nothing that was deleted meanwhile, and the next count
/// would have to read that, too.
const MYSQL_NO_SNAPSHOT: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED";
const MYSQL_NAMES: &str =
    "SELECT CAST(table_name AS CHAR) FROM information_schema.tables WHERE table_schema = DATABASE()";
/// The pages that hold rows. Space that is only reserved, a megabyte at a time, does not count.
const MYSQL_SIZES: &str = "SELECT CAST(table_name AS CHAR), CAST(SUM(stat_value) * @@innodb_page_size AS CHAR) \
                           FROM mysql.innodb_index_stats \
                           WHERE database_name = DATABASE() AND stat_name = 'n_leaf_pages' GROUP BY table_name";
const MYSQL_FILES: &str = "SELECT CAST(COALESCE(SUM(file_size), 0) AS CHAR) \
                           FROM information_schema.innodb_tablespaces WHERE name LIKE CONCAT(DATABASE(), '/%')";

/// A number for each table.
pub(crate) type PerTable = BTreeMap<String, f64>;

/// A connection of its own to the server's database, which only reads.
pub(crate) struct Tables {
    runtime: Runtime,
    database: DatabaseConnection,
    url: String,
    names: Vec<String>,
}

impl Tables {
    /// Connects once the tables are made.
    pub(crate) fn open(url: &str) -> Result<Self, String> {
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        let reading = if url.starts_with("sqlite:") { format!("{url}?mode=ro") } else { url.to_owned() };
        let mut options = ConnectOptions::new(reading);
        options.max_connections(1);
        let database = runtime.block_on(Database::connect(options)).map_err(|error| error.to_string())?;
        let mut tables = Self { runtime, database, url: url.to_owned(), names: Vec::new() };
        if tables.is_mysql() {
            let set = tables.runtime.block_on(tables.database.execute_unprepared(MYSQL_NO_SNAPSHOT));
            set.map_err(|error| error.to_string())?;
        }
        let names = tables.query::<1>(if tables.is_mysql() { MYSQL_NAMES } else { SQLITE_NAMES })?;
        tables.names = names.into_iter().flatten().filter(|name| name != "seaql_migrations").collect();
        Ok(tables)
    }

    /// The rows of every table.
    pub(crate) fn rows(&self) -> Result<PerTable, String> {
        let text = if self.is_mysql() { "CHAR" } else { "TEXT" };
        let count = |table: &String| format!("SELECT '{table}', CAST(COUNT(*) AS {text}) FROM {table}");
        let counts: Vec<_> = self.names.iter().map(count).collect();
        self.per_table(&counts.join(" UNION ALL "))
    }

    /// What a row of each table takes with its part of the indexes, in bytes.
    pub(crate) fn row_bytes(&self) -> Result<PerTable, String> {
        let rows = self.rows()?;
        if self.is_mysql() {
            self.query::<1>(&format!("ANALYZE TABLE {}", self.names.join(", ")))?;
        }
        let sizes = self.per_table(if self.is_mysql() { MYSQL_SIZES } else { SQLITE_SIZES })?;
        let each = |(table, bytes): (String, f64)| {
            let rows = rows.get(&table).filter(|rows| **rows >= ENOUGH_ROWS)?;
            Some((table, bytes / rows))
        };
        Ok(sizes.into_iter().filter_map(each).collect())
    }

    /// Bytes on disk: of SQLite the file and its log, of MySQL the files of the tables.
    pub(crate) fn bytes(&self) -> Result<f64, String> {
        let Some(file) = self.url.strip_prefix("sqlite://") else {
            let files = self.query::<1>(MYSQL_FILES)?;
            return files.iter().flatten().map(|text| parsed(text)).sum();
        };
        let length = |file: &str| fs::metadata(file).map(|file| file.len());
        let database = length(file).map_err(|error| format!("{file}: {error}"))?;
        Ok(float(database + length(&format!("{file}-wal")).unwrap_or_default()))
    }

    /// The first columns of the answer to a query, which are texts.
    pub(crate) fn query<const COLUMNS: usize>(
        &self,
        statement: &str,
    ) -> Result<Vec<[String; COLUMNS]>, String> {
        let query = Statement::from_string(self.database.get_database_backend(), statement);
        let rows = self.runtime.block_on(self.database.query_all_raw(query));
        let texts = rows.and_then(|rows| rows.iter().map(texts).collect());
        texts.map_err(|error: DbErr| format!("{statement}: {error}"))
    }

    fn per_table(&self, statement: &str) -> Result<PerTable, String> {
        let pairs = self.query::<2>(statement)?.into_iter();
        pairs.map(|[name, number]| Ok((name, parsed(&number)?))).collect()
    }

    fn is_mysql(&self) -> bool {
        self.database.get_database_backend() == DatabaseBackend::MySql
    }
}

fn texts<const COLUMNS: usize>(row: &QueryResult) -> Result<[String; COLUMNS], DbErr> {
    let mut texts = [const { String::new() }; COLUMNS];
    for (index, text) in texts.iter_mut().enumerate() {
        *text = row.try_get_by_index(index)?;
    }
    Ok(texts)
}

/// A number in text.
pub(crate) fn parsed(text: &str) -> Result<f64, String> {
    text.trim().parse().map_err(|_| format!("{text} is no number"))
}

#[expect(clippy::cast_precision_loss, reason = "a count is far below 2^52")]
pub(crate) const fn float(count: u64) -> f64 {
    count as f64
}
