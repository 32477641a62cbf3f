//! How many rows the tables have, and how large the database is on disk.

use std::{collections::BTreeMap, fs, path::Path};

use sea_orm::{
    ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, DbErr, Statement,
    sea_query::{Alias, Expr, Func, Query},
};
use tokio::runtime::Runtime;

/// A connection of its own to the server's database, which only reads.
pub(super) struct Tables {
    runtime: Runtime,
    database: DatabaseConnection,
    url: String,
    names: Vec<String>,
}

/// Rows of each table.
pub(super) type Rows = BTreeMap<String, f64>;

impl Tables {
    pub(super) fn open(url: &str) -> Result<Self, String> {
        let runtime = Runtime::new().map_err(|error| error.to_string())?;
        let reading = if url.starts_with("sqlite:") { format!("{url}?mode=ro") } else { url.to_owned() };
        let opened: Result<_, DbErr> = runtime.block_on(async {
            let database = Database::connect(reading).await?;
            let names = names(&database).await?;
            Ok((database, names))
        });
        let (database, names) = opened.map_err(|error| error.to_string())?;
        Ok(Self { runtime, database, url: url.to_owned(), names })
    }

    pub(super) fn rows(&self) -> Result<Rows, String> {
        let count = |table: &String| {
            let counted =
                Query::select().expr_as(Func::count(Expr::val(1)), "total").from(Alias::new(table)).take();
            let row = self.runtime.block_on(self.database.query_one(&counted));
            let total: Result<Option<i64>, DbErr> =
                row.and_then(|row| row.map(|row| row.try_get("", "total")).transpose());
            let total = total.map_err(|error| format!("{table}: {error}"))?;
            Ok((table.clone(), number(total.unwrap_or_default())))
        };
        self.names.iter().map(count).collect()
    }

    /// Bytes on disk: of SQLite the file and its log, of MySQL the files of the tables.
    pub(super) fn bytes(&self) -> Result<f64, String> {
        if let Some(file) = self.url.strip_prefix("sqlite://") {
            let bytes = |file: &str| fs::metadata(Path::new(file)).map(|file| file.len());
            let total = bytes(file).map_err(|error| format!("{file}: {error}"))?
                + bytes(&format!("{file}-wal")).unwrap_or_default();
            return Ok(number(i64::try_from(total).unwrap_or(i64::MAX)));
        }
        let files = "SELECT CAST(SUM(FILE_SIZE) AS SIGNED) AS total FROM information_schema.INNODB_TABLESPACES \
                     WHERE NAME LIKE CONCAT(DATABASE(), '/%')";
        let files = Statement::from_string(DatabaseBackend::MySql, files);
        let row = self.runtime.block_on(self.database.query_one_raw(files));
        let total: Result<Option<i64>, DbErr> =
            row.and_then(|row| row.map(|row| row.try_get("", "total")).transpose());
        Ok(number(total.map_err(|error| error.to_string())?.unwrap_or_default()))
    }
}

async fn names(database: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let backend = database.get_database_backend();
    let names = if backend == DatabaseBackend::MySql {
        "SELECT CAST(TABLE_NAME AS CHAR) AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
    } else {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    };
    let rows = database.query_all_raw(Statement::from_string(backend, names)).await?;
    let names = rows.iter().map(|row| row.try_get("", "name")).collect::<Result<Vec<String>, _>>()?;
    Ok(names.into_iter().filter(|name| name != "seaql_migrations").collect())
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
const fn number(count: i64) -> f64 {
    count as f64
}
