//! What is `MySQL`'s own: the settings of each connection, and what a server and a schema must be like.

use std::{sync::Arc, time::Duration};

use domain::time::Timestamp;
use futures::future::{try_join, try_join_all};
use sea_orm::{
    ConnectionTrait, DbErr,
    sea_query::{Expr, Func, Query},
    sqlx::{
        ConnectOptions, Connection, Error, Executor, MySql, MySqlConnection,
        mysql::{MySqlConnectOptions, MySqlPoolOptions},
        pool::PoolConnection,
        query_as,
    },
};
use tokio::time::{sleep, timeout};

use crate::{
    config::DatabaseConfig,
    connections::Connections,
    pools::{ConnectError, Pools, STATEMENTS_KEPT, UnfitServer},
};

/// What each connection is set to, whatever the server's defaults. Strict mode refuses a value
/// that does not fit instead of cutting it; a short wait for a lock fails while the client still
/// waits. The server ends a connection on which nothing comes for longer than the pool keeps one idle:
/// something on the way has dropped it, and told neither side.
const SETTINGS: &str = "SET SESSION transaction_isolation = 'READ-COMMITTED', \
     innodb_lock_wait_timeout = 5, \
     wait_timeout = 30, \
     sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,\
     NO_ENGINE_SUBSTITUTION,PIPES_AS_CONCAT'";

/// A connection that was idle for so long is tested before it is used: the server may have been
/// restarted, or something on the way may have dropped it.
const TESTED_AFTER_IDLE: Duration = Duration::from_secs(1);

/// A connection that was idle for so long is closed: sooner than the server would, by `wait_timeout`.
const IDLE_LIMIT: Duration = Duration::from_secs(15);

/// How long the server may take to say that it is there.
const PING_LIMIT: Duration = Duration::from_secs(1);

/// How long to wait before it is tried again to replace a connection.
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(250);

/// How many groups of commits are written at the same time: while one waits for its commit, the other
/// is written. With more of them each group is smaller, and fewer share what a transaction costs.
const WRITERS: usize = 2;

/// The most connections that write: those of the writers, and one for upkeep beside each. Every
/// connection prepares its own statements.
const MOST_WRITING: u32 = 4;

/// So many connections of each pool are opened at the start: for the first login, and for the
/// background jobs beside it.
const OPEN_FROM_THE_START: u32 = 3;

/// How long the attempt may take that is to tell why there is no connection.
const SINGLE_ATTEMPT: Duration = Duration::from_secs(1);

/// The server's version, the schema's name and character set, and the connection's.
const ABOUT: &str = "SELECT VERSION(), DATABASE(), @@SESSION.character_set_client, \
     @@SESSION.character_set_connection, @@SESSION.character_set_results, @@character_set_database";

/// The character set that holds every character. What `MySQL` calls `utf8` holds no emoji.
const CHARACTER_SET: &str = "utf8mb4";

/// From the year 0, from which `TO_SECONDS` counts.
const SECONDS_UNTIL_1970: i64 = 62_167_219_200;

/// The first version with a binary collation that does not ignore trailing spaces.
const OLDEST: (u32, u32, u32) = (8, 0, 17);

/// Connects, and refuses a server or a schema that cannot hold what must be held.
pub(crate) async fn connect(config: &DatabaseConfig) -> Result<Pools, ConnectError> {
    let options: MySqlConnectOptions = config.url.parse().map_err(ConnectError::Url)?;
    let options = options.statement_cache_capacity(STATEMENTS_KEPT).disable_statement_logging();
    let writing = (config.max_connections / 2).clamp(1, MOST_WRITING);
    let reading = config.max_connections.saturating_sub(writing).max(1);
    let connections = |number| {
        let (config, options) = (config.clone(), options.clone());
        Connections::new(move || pool(&config, number, &options).connect_lazy_with(options.clone()).into())
    };
    let (reading, writing) = (connections(reading), connections(writing));
    let opened = try_join(open(&reading), open(&writing)).await;
    let (read, _) = match opened {
        Ok(opened) => opened,
        Err(error) => return Err(no_connection(&options, config, error).await),
    };
    if let Some(connection) = read.into_iter().next() {
        refuse_unfit(connection, &options).await?;
    }
    Ok(Pools { migrating: reading.clone(), reading, writing, writers: WRITERS })
}

/// Opens connections, all at the same time: most of what each takes is waiting.
async fn open(connections: &Connections) -> Result<Vec<PoolConnection<MySql>>, Error> {
    let pool = connections.pool();
    let pool = pool.get_mysql_connection_pool();
    let connections = OPEN_FROM_THE_START.min(pool.options().get_max_connections());
    try_join_all((0..connections).map(|_| pool.acquire())).await
}

/// Why there is no connection. A pool tries again while connections are refused, and then says no more than
/// that it waited; a single attempt tells why.
async fn no_connection(options: &MySqlConnectOptions, config: &DatabaseConfig, error: Error) -> ConnectError {
    if !matches!(error, Error::PoolTimedOut) {
        return failed(options, error);
    }
    match timeout(SINGLE_ATTEMPT, options.connect()).await {
        Ok(Err(error)) => failed(options, error),
        Ok(Ok(_)) | Err(_) => {
            ConnectError::NoAnswer { server: server_of(options), waited: config.acquire_timeout }
        }
    }
}

fn failed(options: &MySqlConnectOptions, source: Error) -> ConnectError {
    ConnectError::Server { server: server_of(options), source }
}

/// The host and port, or the socket.
fn server_of(options: &MySqlConnectOptions) -> String {
    match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

fn pool(config: &DatabaseConfig, connections: u32, options: &MySqlConnectOptions) -> MySqlPoolOptions {
    let limit = config.acquire_timeout;
    let (before, after) = (Arc::new(options.clone()), Arc::new(options.clone()));
    MySqlPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(limit)
        .idle_timeout(IDLE_LIMIT)
        // One that is ready where there is little to do.
        .min_connections(1)
        // So that the pool follows a change of the server.
        .max_lifetime(Duration::from_mins(30))
        .test_before_acquire(false)
        .before_acquire(move |connection, about| {
            let options = Arc::clone(&before);
            Box::pin(async move {
                if about.idle_for >= TESTED_AFTER_IDLE && !answers(connection).await {
                    replace(connection, &options, limit).await;
                }
                Ok(true)
            })
        })
        .after_release(move |connection, _| {
            let options = Arc::clone(&after);
            Box::pin(async move {
                // A transaction that was broken off is rolled back when something is sent next.
                if connection.should_flush() && !answers(connection).await {
                    replace(connection, &options, limit).await;
                }
                Ok(true)
            })
        })
        .after_connect(|connection, _| Box::pin(set_up(connection)))
}

async fn set_up(connection: &mut MySqlConnection) -> Result<(), Error> {
    connection.execute(SETTINGS).await.map(drop)
}

/// Whether the server answers in time.
async fn answers(connection: &mut MySqlConnection) -> bool {
    matches!(timeout(PING_LIMIT, connection.ping()).await, Ok(Ok(())))
}

/// Puts a new connection in the place of one that is broken or went silent, as soon as there can be one.
///
/// The pool would close the old one with a farewell, and wait for the server's where it uses TLS: for ever, with the
/// place in the pool taken and the server holding the locks of its transaction. Dropped, it is closed at once.
async fn replace(connection: &mut MySqlConnection, options: &MySqlConnectOptions, limit: Duration) {
    let connect = async || {
        let mut fresh = options.connect().await?;
        set_up(&mut fresh).await?;
        Ok::<_, Error>(fresh)
    };
    loop {
        match timeout(limit, connect()).await {
            Ok(Ok(fresh)) => {
                *connection = fresh;
                return;
            }
            Ok(Err(_)) | Err(_) => sleep(BETWEEN_ATTEMPTS).await,
        }
    }
}

async fn refuse_unfit(
    mut connection: PoolConnection<MySql>,
    options: &MySqlConnectOptions,
) -> Result<(), ConnectError> {
    type About = (String, Option<String>, String, String, String, String);
    let about = query_as(ABOUT).fetch_one(&mut *connection).await;
    let about: About = about.map_err(|error| failed(options, error))?;
    let (version, schema, client, of_connection, results, of_schema) = about;
    if !is_fit(&version) {
        return Err(UnfitServer::Version(version).into());
    }
    let schema = schema.ok_or(UnfitServer::NoSchema)?;
    if let Some(found) = [client, of_connection, results].into_iter().find(|found| found != CHARACTER_SET) {
        return Err(UnfitServer::Connection { found }.into());
    }
    if of_schema != CHARACTER_SET {
        return Err(UnfitServer::Schema { schema, found: of_schema }.into());
    }
    Ok(())
}

/// The time on the server's clock, whatever the time zone of the connection.
pub(crate) async fn time(reading: &Connections) -> Result<Timestamp, DbErr> {
    // All calls in one statement have the same result.
    let now = || Func::cust("UTC_TIMESTAMP").arg(Expr::Constant(3.into()));
    let mut query = Query::select();
    query.expr(Func::cust("TO_SECONDS").arg(now())).expr(Func::cust("MICROSECOND").arg(now()));
    let row = reading.query_one(&query).await?.ok_or_else(|| DbErr::RecordNotFound("the time".to_owned()))?;
    let (seconds, micros): (i64, i64) = row.try_get_many_by_index()?;
    Ok(Timestamp::from_millis((seconds - SECONDS_UNTIL_1970) * 1_000 + micros / 1_000))
}

/// Whether a server of this version will do. Databases that speak `MySQL`'s protocol name the
/// version they imitate before their own.
fn is_fit(version: &str) -> bool {
    if version.contains("MariaDB") {
        return false;
    }
    let numbers = version.split(|character: char| !character.is_ascii_digit());
    let mut numbers = numbers.map(|number| number.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    let version_found = (next(), next(), next());
    version_found >= OLDEST || (version_found >= (8, 0, 0) && version.contains("TiDB"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        for fit in ["8.0.17", "8.0.36-0ubuntu0.22.04.1", "8.4.0", "9.7.0", "10.0.0", "8.0.11-TiDB-v8.5.0"] {
            assert!(is_fit(fit), "{fit}");
        }
        for unfit in ["5.7.44-log", "8.0.16", "10.11.2-MariaDB", "5.5.5-10.4.1-MariaDB-log", "", "x"] {
            assert!(!is_fit(unfit), "{unfit}");
        }
    }
}
