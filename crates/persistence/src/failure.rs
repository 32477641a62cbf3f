//! What a database's failure means to the request.

use std::time::Duration;

use domain::store::StoreError;
use sea_orm::{
    ConnAcquireErr, DbErr, RuntimeErr, SqlErr,
    sqlx::{Error, error::DatabaseError, mysql::MySqlDatabaseError, sqlite::SqliteError},
};

/// `MySQL`'s numbers for failures that another attempt may not meet: all connections are taken
/// (`ER_CON_COUNT_ERROR`, `ER_TOO_MANY_USER_CONNECTIONS`), a lock was not had
/// (`ER_LOCK_WAIT_TIMEOUT`, `ER_LOCK_DEADLOCK`), the server stops or became a replica
/// (`ER_SERVER_SHUTDOWN`, `ER_QUERY_INTERRUPTED`, `ER_OPTION_PREVENTS_STATEMENT`, `ER_READ_ONLY_MODE`), or its
/// group takes no commits or has rolled this one back (`ER_SERVER_OFFLINE_MODE`, `ER_RUN_HOOK_ERROR`,
/// `ER_TRANSACTION_ROLLBACK_DURING_COMMIT`).
const PASSING_IN_MYSQL: [u16; 11] = [1040, 1203, 1205, DEADLOCK, 1053, 1317, 1290, 1836, 3032, 3100, 3101];

const DEADLOCK: u16 = 1213;

/// How often the victim of a deadlock is retried at most. Inserts of one key deadlock when the first of
/// them is rolled back: those that wait for it then all share a lock.
pub(crate) const DEADLOCK_RETRIES: u32 = 8;

/// SQLite's `SQLITE_BUSY` and `SQLITE_LOCKED`, the low byte of its extended codes.
const PASSING_IN_SQLITE: [i32; 2] = [5, 6];

/// The tasks that read and write have ended, as they do with the runtime that they ran on.
#[derive(Debug, thiserror::Error)]
#[error("the store has stopped")]
pub(crate) struct Stopped;

/// The database has not answered in time, and may never do: something on the way can drop what is sent, and tell
/// neither side.
#[derive(Debug, thiserror::Error)]
#[error("the database has not answered within {} ms", .0.as_millis())]
pub(crate) struct NoAnswer(pub(crate) Duration);

/// The failure of a statement, or of a connection before there was one.
pub(crate) fn failed(error: DbErr) -> StoreError {
    if is_passing(&error) { StoreError::passing(error) } else { StoreError::lasting(error) }
}

/// The failure of a commit. Where the connection broke, it is not known whether the commit was made:
/// repeating it could do everything twice, so that counts as lasting. Where the database answered, it
/// was not made.
pub(crate) fn commit_failed(error: DbErr) -> StoreError {
    if is_from_database(&error) { failed(error) } else { StoreError::lasting(error) }
}

/// Whether the database itself refused: then nothing of what failed was done.
pub(crate) fn is_from_database(error: &DbErr) -> bool {
    database_error(error).is_some()
}

/// Whether a row with the same unique key was there before.
pub(crate) fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// Whether `MySQL` rolled the transaction back to end a deadlock.
pub(crate) fn is_deadlock(error: &DbErr) -> bool {
    database_error(error).and_then(mysql_number) == Some(DEADLOCK)
}

fn is_passing(error: &DbErr) -> bool {
    if let Some(error) = database_error(error) {
        return is_passing_in_database(error);
    }
    matches!(error, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))
        || matches!(sqlx_error(error), Some(Error::Io(_) | Error::PoolTimedOut | Error::WorkerCrashed))
}

fn is_passing_in_database(error: &dyn DatabaseError) -> bool {
    if let Some(number) = mysql_number(error) {
        return PASSING_IN_MYSQL.contains(&number);
    }
    let extended = |error: &SqliteError| error.code().and_then(|code| code.parse::<i32>().ok());
    let code = error.try_downcast_ref().and_then(extended);
    code.is_some_and(|code| PASSING_IN_SQLITE.contains(&(code & 0xff)))
}

fn mysql_number(error: &dyn DatabaseError) -> Option<u16> {
    error.try_downcast_ref::<MySqlDatabaseError>().map(MySqlDatabaseError::number)
}

fn database_error(error: &DbErr) -> Option<&dyn DatabaseError> {
    sqlx_error(error).and_then(Error::as_database_error)
}

fn sqlx_error(error: &DbErr) -> Option<&Error> {
    let (DbErr::Conn(error) | DbErr::Exec(error) | DbErr::Query(error)) = error else { return None };
    if let RuntimeErr::SqlxError(error) = error { Some(error) } else { None }
}
