//! Copying SQLite's log into the file, while the writing goes on.
//!
//! Left to itself, SQLite copies the log inside the commit that makes it long, and every login that
//! waits for the writer waits for the disk. Here it is copied by a connection that reads. Where
//! nothing was written meanwhile and nobody reads, the next commit begins the log anew. Where
//! somebody always does, it grows, until for once the writer rests while the last of it is copied.

use std::time::Duration;

use metrics::counter;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, QueryResult, Statement};
use tokio::time::{MissedTickBehavior, interval};

/// When the log is copied.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// After so many pages that are not. Pages that many logins change are copied once for all of
    /// them.
    copied_after: i64,
    /// Beyond so many pages, copied or not, the writer rests.
    longest: i64,
}

/// 16 MiB, and 32 MiB: after a crash the log is read before anything else, which takes a third of a
/// millisecond for each MiB.
const LIMITS: Limits = Limits { copied_after: 4_000, longest: 8_000 };

/// After so many pages the writer has to copy the log itself, for then nobody else keeps up.
pub(crate) const COPIED_BY_THE_WRITER_AFTER: &str = "80000";

/// How often the log is measured.
const MEASURED_EVERY: Duration = Duration::from_millis(100);

const MEASURE: &str = "PRAGMA wal_checkpoint(NOOP)";
const COPY: &str = "PRAGMA wal_checkpoint(PASSIVE)";
/// Copies all of it and waits for those who still read it: as long as one does, nothing begins anew.
const COPY_ALL: &str = "PRAGMA wal_checkpoint(RESTART)";

/// Starts the task that keeps the log short, as long as these pools are open.
pub(crate) fn start(reading: DatabaseConnection, writing: DatabaseConnection) {
    tokio::spawn(Checkpoints { reading, writing }.run(LIMITS));
}

struct Checkpoints {
    reading: DatabaseConnection,
    writing: DatabaseConnection,
}

impl Checkpoints {
    async fn run(self, limits: Limits) {
        let mut ticks = interval(MEASURED_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !self.writing.get_sqlite_connection_pool().is_closed() {
            ticks.tick().await;
            // The next try is soon, and in the end the writer copies the log itself.
            if self.keep_short(limits).await.is_err() {
                counter!("yaoshi_store_checkpoint_failures_total").increment(1);
            }
        }
    }

    async fn keep_short(&self, limits: Limits) -> Result<(), DbErr> {
        let before = log(&self.reading, MEASURE).await?;
        if before.pages - before.copied < limits.copied_after {
            return Ok(());
        }
        // What was written while most of the log was copied is little, and soon copied, too.
        log(&self.reading, COPY).await?;
        let after = log(&self.reading, COPY).await?;
        if after.pages > limits.longest {
            log(&self.writing, COPY_ALL).await?;
        }
        Ok(())
    }
}

/// What SQLite says of its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Log {
    pages: i64,
    copied: i64,
}

async fn log(connection: &impl ConnectionTrait, pragma: &str) -> Result<Log, DbErr> {
    let statement = Statement::from_string(connection.get_database_backend(), pragma);
    let row: Option<QueryResult> = connection.query_one_raw(statement).await?;
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
        let checkpoints = Checkpoints { reading: reading.clone(), writing: writing.clone() };
        let running = tokio::spawn(checkpoints.run(limits));
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
