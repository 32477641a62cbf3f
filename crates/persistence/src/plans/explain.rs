//! Asks a database for the plan of a statement.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};

use crate::connections::Connections;

/// How a table is read that is read from one end of its primary key, up to the limit of the statement.
const IN_ORDER: &str = "in order";

/// How a table is read that is read whole.
const WHOLE: &str = "whole";

/// Which indexes a statement uses, and whether its rows are sorted.
pub(super) async fn explain(connection: &Connections, statement: &Statement) -> String {
    let is_mysql = connection.get_database_backend() == DbBackend::MySql;
    let command = if is_mysql { "EXPLAIN FORMAT=TRADITIONAL" } else { "EXPLAIN QUERY PLAN" };
    let mut explained = statement.clone();
    explained.sql = format!("{command} {}", statement.sql);
    let rows = connection.query_all_raw(explained).await.unwrap();
    let end = if statement.sql.contains("LIMIT") { IN_ORDER } else { WHOLE };
    let uses: BTreeSet<_> =
        rows.iter().flat_map(|row| if is_mysql { mysql(row, end) } else { sqlite(row, end) }).collect();
    uses.into_iter().collect::<Vec<_>>().join(", ")
}

/// Counts what MySQL's optimizer goes by.
pub(super) async fn analyze(connection: &Connections) {
    let tables = "operators, operator_sessions, users, phones, identities, session_keys, sessions, events, diagnoses, \
                  webhook_deliveries";
    connection.execute_unprepared(&format!("ANALYZE TABLE {tables}")).await.unwrap();
}

/// Reads a line such as `SEARCH users USING INDEX users_nickname (nickname_key>?)`.
fn sqlite(row: &QueryResult, end: &str) -> Vec<String> {
    let detail: String = row.try_get_by("detail").unwrap();
    let words: Vec<_> = detail.split(' ').collect();
    match *words {
        ["SEARCH", table, "USING", "PRIMARY", "KEY", ..]
        | ["SEARCH", table, "USING", "INTEGER", "PRIMARY", "KEY", ..] => vec![format!("{table}.PRIMARY")],
        ["SEARCH", table, "USING", "INDEX", index, ..]
        | ["SEARCH", table, "USING", "COVERING", "INDEX", index, ..] => vec![format!("{table}.{index}")],
        // The values of a list in the statement.
        ["SCAN", .., "ROW" | "ROWS"] => Vec::new(),
        ["SCAN", table] => vec![format!("{table}.PRIMARY {end}")],
        ["SCAN", table, ..] => vec![format!("{table} {WHOLE}")],
        ["USE", "TEMP", "B-TREE", ..] => vec!["sorted".to_owned()],
        _ => Vec::new(),
    }
}

/// Reads a line of MySQL's table.
fn mysql(row: &QueryResult, end: &str) -> Vec<String> {
    let text = |column: &str| row.try_get_by::<Option<String>, _>(column).unwrap().unwrap_or_default();
    let (table, key) = (text("table"), text("key"));
    let read = match &*text("type") {
        // A result of a part of the statement.
        _ if table.is_empty() || table.starts_with('<') => None,
        "ALL" => Some(format!("{table} {WHOLE}")),
        "index" => Some(format!("{table}.{key} {end}")),
        _ => Some(format!("{table}.{key}")),
    };
    let sorted = text("Extra").contains("filesort").then(|| "sorted".to_owned());
    read.into_iter().chain(sorted).collect()
}
