//! Checkpoints: copying SQLite's write-ahead log into the file, beside the writes.
//!
//! By default, SQLite copies the log inside the commit that makes it long, and every login that waits
//! for the writer waits for the disk. Here a connection that reads copies it. While somebody always
//! reads or writes, the log is never restarted and grows; then the writer pauses once, while the rest
//! is copied.

use std::time::Duration;

use metrics::counter;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use tokio::time::{MissedTickBehavior, interval};

/// When the log is copied, in pages.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// As soon as so many are not copied yet.
    copied_after: i64,
    /// With the writer paused, if it is longer than this.
    longest: i64,
}

/// 16 MiB and 32 MiB: after a crash the log is read first, which takes a third of a millisecond per MiB.
const LIMITS: Limits = Limits { copied_after: 4_000, longest: 8_000 };

/// After so many pages the writer copies the log itself: these checkpoints do not keep up.
pub(crate) const COPIED_BY_THE_WRITER_AFTER: &str = "80000";

const MEASURE: &str = "PRAGMA wal_checkpoint(NOOP)";
const COPY: &str = "PRAGMA wal_checkpoint(PASSIVE)";
/// Copies all of it, and waits for those who still read it.
const COPY_ALL: &str = "PRAGMA wal_checkpoint(RESTART)";

/// Starts the task that keeps the log short, as long as these pools are open.
pub(crate) fn start(reading: DatabaseConnection, writing: DatabaseConnection) {
    tokio::spawn(run(reading, writing, LIMITS));
}

async fn run(reading: DatabaseConnection, writing: DatabaseConnection, limits: Limits) {
    let mut ticks = interval(Duration::from_millis(100));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !writing.get_sqlite_connection_pool().is_closed() {
        ticks.tick().await;
        if checkpoint(&reading, &writing, limits).await.is_err() {
            counter!("yaoshi_store_checkpoint_failures_total").increment(1);
        }
    }
}

async fn checkpoint(
    reading: &DatabaseConnection,
    writing: &DatabaseConnection,
    limits: Limits,
) -> Result<(), DbErr> {
    let before = log(reading, MEASURE).await?;
    if before.pages - before.copied < limits.copied_after {
        return Ok(());
    }
    // What was written while most of the log was copied is little, and soon copied, too.
    log(reading, COPY).await?;
    let after = log(reading, COPY).await?;
    if after.pages > limits.longest {
        log(writing, COPY_ALL).await?;
    }
    Ok(())
}

/// The state of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Log {
    pages: i64,
    copied: i64,
}

async fn log(connection: &impl ConnectionTrait, pragma: &str) -> Result<Log, DbErr> {
    let statement = Statement::from_string(connection.get_database_backend(), pragma);
    let row = connection.query_one_raw(statement).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound(pragma.to_owned()))?;
    Ok(Log { pages: row.try_get_by("log")?, copied: row.try_get_by("checkpointed")? })
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;
    use crate::{config::DatabaseConfig, sqlite};

    const FEW: i64 = 50;

    async fn write(writing: &DatabaseConnection, times: usize) {
        for _ in 0..times {
            writing.execute_unprepared("INSERT INTO t VALUES (randomblob(9000))").await.unwrap();
        }
    }

    async fn open(folder: &tempfile::TempDir) -> (DatabaseConnection, DatabaseConnection) {
        let config = DatabaseConfig::new(format!("sqlite://{}/test.db", folder.path().display()));
        let (writing, reading) = sqlite::pools(&config, &sqlite::options(&config).unwrap()).await.unwrap();
        writing.execute_unprepared("CREATE TABLE t (a)").await.unwrap();
        (writing, reading)
    }

    async fn measure(reading: &DatabaseConnection) -> Log {
        log(reading, MEASURE).await.unwrap()
    }

    #[tokio::test]
    async fn the_log_is_copied_and_restarted_even_under_constant_writes() {
        let folder = tempfile::TempDir::new().unwrap();
        let (writing, reading) = open(&folder).await;
        write(&writing, 100).await;
        let before = measure(&reading).await;
        assert!(before.pages > FEW && before.copied == 0, "{before:?}");

        let limits = Limits { copied_after: FEW, longest: 2 * FEW };
        let running = tokio::spawn(run(reading.clone(), writing.clone(), limits));
        let restarted = async {
            let mut longest = before.pages;
            for _ in 0..2 {
                while measure(&reading).await.pages >= longest {
                    longest = measure(&reading).await.pages;
                    write(&writing, 1).await;
                }
                longest = 0;
            }
        };
        timeout(Duration::from_mins(1), restarted).await.expect("the log is restarted, twice");

        writing.close_by_ref().await.unwrap();
        running.await.unwrap();
    }
}
