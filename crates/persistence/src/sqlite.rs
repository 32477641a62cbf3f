//! What is SQLite's own: a file, one connection that writes and some that read.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use sea_orm::{
    DatabaseConnection,
    sqlx::{
        ConnectOptions, Connection,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
    },
};

use crate::{
    checkpoints::{self, COPIED_BY_THE_WRITER_AFTER},
    config::DatabaseConfig,
    connections::Connections,
    pools::{ConnectError, Pools, STATEMENTS_KEPT},
};

/// Opens the file, and makes it if it is missing.
pub(crate) async fn connect(config: &DatabaseConfig) -> Result<Pools, ConnectError> {
    let options = options(config)?;
    create_private(options.get_filename())?;
    let (writing, reading) = pools(config, &options).await?;
    checkpoints::start(reading.clone(), writing.clone());
    // Only there while migrations run.
    let migrating = pool(config, 1).idle_timeout(Duration::from_secs(1)).connect_lazy_with(options);
    let [reading, writing, migrating] = [reading, writing, migrating.into()].map(Connections::local);
    Ok(Pools { reading, writing, migrating, writers: 1 })
}

/// The file that `url` names, if it is the URL of a SQLite database.
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    let options: SqliteConnectOptions = url.strip_prefix("sqlite:").and(url.parse().ok())?;
    Some(options.get_filename().to_owned())
}

/// How every connection to the file is made.
pub(crate) fn options(config: &DatabaseConfig) -> Result<SqliteConnectOptions, ConnectError> {
    let options: SqliteConnectOptions = config.url.parse().map_err(ConnectError::Url)?;
    if config.url.contains(":memory:") || config.url.contains("mode=memory") {
        return Err(ConnectError::InMemory);
    }
    Ok(options
        .create_if_missing(true)
        // Readers never wait for the writer, and commits survive the death of the process.
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("wal_autocheckpoint", COPIED_BY_THE_WRITER_AFTER)
        // What is erased is overwritten in the file, and not only forgotten by it.
        .pragma("secure_delete", "ON")
        // For where another process holds the file.
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        .statement_cache_capacity(STATEMENTS_KEPT)
        .disable_statement_logging())
}

/// One connection that writes, and some that read.
pub(crate) async fn pools(
    config: &DatabaseConfig,
    options: &SqliteConnectOptions,
) -> Result<(DatabaseConnection, DatabaseConnection), ConnectError> {
    // More than four readers only wait for the same disk.
    let readers = config.max_connections.clamp(1, 4);
    let writing = pool(config, 1).connect_with(options.clone()).await.map_err(ConnectError::Driver)?;
    let reading = pool(config, readers).connect_with(options.clone().pragma("query_only", "ON")).await;
    Ok((writing.into(), reading.map_err(ConnectError::Driver)?.into()))
}

fn pool(config: &DatabaseConfig, connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(config.acquire_timeout)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        // Where the disk is full, SQLite ends the transaction by itself, and the driver goes on as if it were open:
        // what is written through the connection after that would never be committed. Another one takes its place.
        .after_release(|connection, _| {
            Box::pin(async move {
                // Waits until a transaction that was dropped is rolled back.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
}

/// Makes the file so that only its owner may read it; SQLite gives the files beside it the same
/// permissions. A file that is there keeps what its owner gave it.
fn create_private(path: &Path) -> Result<(), ConnectError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(source) if source.kind() != io::ErrorKind::AlreadyExists => {
            Err(ConnectError::File { path: path.to_owned(), source })
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, DbErr, Statement};

    use super::*;
    use crate::commit::begin;

    async fn pragma(connection: &Connections, name: &str) -> String {
        let statement = Statement::from_string(connection.get_database_backend(), format!("PRAGMA {name}"));
        let row = connection.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index::<i64>(0)
            .map(|number| number.to_string())
            .or_else(|_| row.try_get_by_index::<String>(0))
            .unwrap()
    }

    async fn execute(connection: &impl ConnectionTrait, sql: &str) -> Result<(), DbErr> {
        connection.execute_unprepared(sql).await.map(drop)
    }

    #[tokio::test]
    async fn what_is_written_after_the_disk_was_full_lasts() {
        let folder = tempfile::TempDir::new().unwrap();
        let url = format!("sqlite://{}/test.db", folder.path().display());
        let Pools { reading, writing, .. } = connect(&DatabaseConfig::new(url)).await.unwrap();
        execute(&writing, "CREATE TABLE t (text TEXT)").await.unwrap();
        let pages = pragma(&writing, "page_count").await;
        execute(&writing, &format!("PRAGMA max_page_count = {pages}")).await.unwrap();

        let full = begin(&writing).await.unwrap();
        let too_much = "INSERT INTO t VALUES (hex(randomblob(1000000)))";
        assert!(execute(&full, too_much).await.unwrap_err().to_string().contains("full"));
        drop(full);
        execute(&writing, "PRAGMA max_page_count = 1000000").await.unwrap();
        // A conflict, and then a commit.
        begin(&writing).await.unwrap().rollback().await.unwrap();
        let transaction = begin(&writing).await.unwrap();
        execute(&transaction, "INSERT INTO t VALUES ('acknowledged')").await.unwrap();
        transaction.commit().await.unwrap();

        let count = Statement::from_string(reading.get_database_backend(), "SELECT COUNT(*) FROM t");
        let row = reading.query_one_raw(count).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 1);
    }

    #[tokio::test]
    async fn connections_are_set_up_as_they_must_be() {
        let folder = tempfile::TempDir::new().unwrap();
        let url = format!("sqlite://{}/test.db", folder.path().display());
        let opened = connect(&DatabaseConfig::new(url)).await.unwrap();
        for connection in [&opened.reading, &opened.migrating] {
            assert_eq!(pragma(connection, "journal_mode").await, "wal");
            assert_eq!(pragma(connection, "synchronous").await, "1", "NORMAL");
            assert_eq!(pragma(connection, "busy_timeout").await, "5000");
            assert_eq!(pragma(connection, "foreign_keys").await, "1");
            assert_eq!(pragma(connection, "secure_delete").await, "1");
        }
        assert_eq!(pragma(&opened.migrating, "query_only").await, "0");
        assert_eq!(pragma(&opened.reading, "query_only").await, "1");
    }
}
