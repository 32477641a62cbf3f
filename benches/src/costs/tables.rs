//! The rows of every table, and the bytes that a row takes with its part of the indexes.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbErr, Statement};

use super::meters::{Figures, parsed};

/// A table with fewer rows says nothing about what a row takes: pages are half empty.
const ENOUGH_ROWS: f64 = 500.0;

const SQLITE_TABLES: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
const SQLITE_SIZES: &str = "SELECT s.tbl_name, CAST(SUM(d.pgsize) AS TEXT) FROM dbstat d \
                            JOIN sqlite_schema s ON s.name = d.name GROUP BY s.tbl_name";

const MYSQL_TABLES: &str =
    "SELECT CAST(table_name AS CHAR) FROM information_schema.tables WHERE table_schema = DATABASE()";
/// The pages that hold rows. Space that is only reserved, a megabyte at a time, does not count.
const MYSQL_SIZES: &str = "SELECT CAST(table_name AS CHAR), CAST(SUM(stat_value) * @@innodb_page_size AS CHAR) \
                           FROM mysql.innodb_index_stats \
                           WHERE database_name = DATABASE() AND stat_name = 'n_leaf_pages' GROUP BY table_name";

/// The number of rows of every table.
pub(super) fn rows(url: &str) -> Result<Figures, String> {
    let tables = query::<1>(url, if is_mysql(url) { MYSQL_TABLES } else { SQLITE_TABLES })?;
    let text = if is_mysql(url) { "CHAR" } else { "TEXT" };
    let count = |[table]: &[String; 1]| format!("SELECT '{table}', CAST(COUNT(*) AS {text}) FROM {table}");
    let counts: Vec<_> = tables.iter().map(count).collect();
    figures(&query::<2>(url, &counts.join(" UNION ALL "))?)
}

/// What a row of each table takes on disk, in bytes.
pub(super) fn row_bytes(url: &str) -> Result<Figures, String> {
    let rows = rows(url)?;
    if is_mysql(url) {
        let tables: Vec<_> = rows.0.keys().map(String::as_str).collect();
        query::<1>(url, &format!("ANALYZE TABLE {}", tables.join(", ")))?;
    }
    let sizes = figures(&query::<2>(url, if is_mysql(url) { MYSQL_SIZES } else { SQLITE_SIZES })?)?;
    let each = |(table, bytes): (String, f64)| {
        let rows = rows.get(&table).filter(|rows| *rows >= ENOUGH_ROWS)?;
        Some((table, bytes / rows))
    };
    Ok(Figures(sizes.0.into_iter().filter_map(each).collect()).rounded())
}

fn figures(named: &[[String; 2]]) -> Result<Figures, String> {
    let pairs = named.iter().map(|[name, value]| Ok((name.clone(), parsed(value)?)));
    pairs.collect::<Result<BTreeMap<_, _>, String>>().map(Figures)
}

fn is_mysql(url: &str) -> bool {
    url.starts_with("mysql")
}

/// The first columns of the answer to a query, which are texts.
pub(super) fn query<const COLUMNS: usize>(
    url: &str,
    statement: &str,
) -> Result<Vec<[String; COLUMNS]>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let answered = runtime.map_err(|error| error.to_string())?.block_on(async {
        let database = Database::connect(url).await?;
        let rows = ask(&database, statement).await?;
        database.close().await?;
        Ok(rows)
    });
    answered.map_err(|error: DbErr| format!("{statement}: {error}"))
}

async fn ask<const COLUMNS: usize>(
    database: &DatabaseConnection,
    statement: &str,
) -> Result<Vec<[String; COLUMNS]>, DbErr> {
    let statement = Statement::from_string(database.get_database_backend(), statement);
    let rows = database.query_all_raw(statement).await?;
    let texts = |row: &sea_orm::QueryResult| {
        let mut texts = [const { String::new() }; COLUMNS];
        for (index, text) in texts.iter_mut().enumerate() {
            *text = row.try_get_by_index(index)?;
        }
        Ok(texts)
    };
    rows.iter().map(texts).collect()
}
