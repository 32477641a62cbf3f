use futures::stream::BoxStream;
use sea_orm::{
    DbBackend, DbErr, ExecResult, QueryResult, Statement, Value,
    sqlx::{
        self, AssertSqlSafe, Connection, Database, Either, Executor, MySql, Sqlite,
        mysql::{MySqlConnectOptions, MySqlSslMode},
        query::Query,
        raw_sql,
        sqlite::{SqliteArguments, SqliteConnectOptions},
    },
};

use super::literals::{self, unfit};

/// What comes back for several statements: the rows of each, then that it is done.
pub(super) type Answers<'c, D> =
    BoxStream<'c, Result<Either<<D as Database>::QueryResult, <D as Database>::Row>, sqlx::Error>>;

/// A database that can be told several statements at once. It runs them in their order and stops
/// at the first one that fails.
pub(crate) trait Dialect: Database<Row: Into<QueryResult>, QueryResult: Into<ExecResult>> {
    /// What sea-orm calls it.
    const BACKEND: DbBackend;

    /// How a transaction that means to write begins.
    const BEGIN: &'static str;

    /// How many groups of drafts are written at the same time.
    const GROUPS_AT_ONCE: usize;

    /// How many bytes of values and changes go at once to a database that is connected so.
    fn most_said(connected: &<Self::Connection as Connection>::Options) -> usize;

    /// How many rows a statement found to change.
    fn rows_found(done: &Self::QueryResult) -> u64;

    /// Tells it the statements.
    fn say<'c>(
        connection: &'c mut Self::Connection,
        statements: &[Statement],
    ) -> Result<Answers<'c, Self>, DbErr>;
}

impl Dialect for MySql {
    const BACKEND: DbBackend = DbBackend::MySql;
    const BEGIN: &'static str = "BEGIN";

    /// While one waits for its commit, the other is written. With more of them each one is smaller,
    /// and what a transaction costs is shared by fewer.
    const GROUPS_AT_ONCE: usize = 2;

    /// Encrypted, what fits into one TLS record with the statements around it. A second one would
    /// wait until the server acknowledged the first, because the driver leaves it to the operating
    /// system to gather small packets. Otherwise one write takes it all.
    fn most_said(connected: &MySqlConnectOptions) -> usize {
        if matches!(connected.get_ssl_mode(), MySqlSslMode::Disabled) { 48 * 1024 } else { 11 * 1024 }
    }

    fn rows_found(done: &Self::QueryResult) -> u64 {
        done.rows_affected()
    }

    /// With the values written into them: a prepared statement would go alone.
    fn say<'c>(
        connection: &'c mut Self::Connection,
        statements: &[Statement],
    ) -> Result<Answers<'c, Self>, DbErr> {
        let statements: Result<Vec<_>, _> = statements.iter().map(literals::written).collect();
        Ok(connection.fetch_many(raw_sql(AssertSqlSafe(statements?.join(";\n")))))
    }
}

impl Dialect for Sqlite {
    const BACKEND: DbBackend = DbBackend::Sqlite;

    /// One that read first and wrote later would have to start over where another process wrote in
    /// between.
    const BEGIN: &'static str = "BEGIN IMMEDIATE";

    /// There is one writer.
    const GROUPS_AT_ONCE: usize = 1;

    fn most_said(_: &SqliteConnectOptions) -> usize {
        usize::MAX
    }

    fn rows_found(done: &Self::QueryResult) -> u64 {
        done.rows_affected()
    }

    /// Prepared together, and kept so: they take their values in turn.
    fn say<'c>(
        connection: &'c mut Self::Connection,
        statements: &[Statement],
    ) -> Result<Answers<'c, Self>, DbErr> {
        let sql: Vec<_> = statements.iter().map(|statement| &*statement.sql).collect();
        let mut query = sqlx::query(AssertSqlSafe(sql.join(";\n")));
        for value in
            statements.iter().filter_map(|statement| statement.values.as_ref()).flat_map(|all| &all.0)
        {
            query = bind(query, value)?;
        }
        Ok(connection.fetch_many(query))
    }
}

type SqliteQuery = Query<'static, Sqlite, SqliteArguments>;

#[expect(clippy::wildcard_enum_match_arm, reason = "sea-query knows more kinds of values than the tables")]
fn bind(query: SqliteQuery, value: &Value) -> Result<SqliteQuery, DbErr> {
    Ok(match value {
        Value::TinyInt(number) => query.bind(*number),
        Value::Int(number) => query.bind(*number),
        Value::BigInt(number) => query.bind(*number),
        Value::Unsigned(number) => query.bind(*number),
        Value::BigUnsigned(Some(number)) => {
            query.bind(i64::try_from(*number).map_err(|_| unfit("a number that is too large"))?)
        }
        Value::String(text) => query.bind(text.clone()),
        Value::Bytes(bytes) => query.bind(bytes.clone()),
        Value::Uuid(uuid) => query.bind(*uuid),
        _ => return Err(unfit("a value of a kind that no column has")),
    })
}
