//! Connections to a database: a pool of them, and another pool where that one is stuck.

use std::{
    fmt,
    panic::AssertUnwindSafe,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use futures::FutureExt;
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, RuntimeErr, Statement, TransactionOptions, TransactionTrait, sqlx::Error,
};
use tokio::time::timeout;

/// How long closing waits for what runs on a pool: as long as a request may take. What is stuck is left.
const CLOSING_LIMIT: Duration = Duration::from_secs(10);

/// A pool of connections. One that had none to give in time is given up, and a new one takes its place.
///
/// When a connection is given back, sqlx asks the server whether it is there, and waits for ever. Where something on
/// the way swallows that, and tells neither side, the connection keeps its place in the pool; after some such failures no
/// place is left, though the server is back.
#[derive(Clone)]
pub(crate) struct Connections {
    current: Arc<RwLock<Generation>>,
    backend: DbBackend,
    /// Opens another pool; `None` where no pool is ever given up.
    open: Option<Arc<Open>>,
}

type Open = dyn Fn() -> DatabaseConnection + Send + Sync;

/// A pool, and how many there were before it.
#[derive(Clone)]
struct Generation {
    number: u64,
    pool: DatabaseConnection,
}

impl Connections {
    /// The connections of a pool that `open` opens lazily, now and whenever it is stuck.
    pub(crate) fn new(open: impl Fn() -> DatabaseConnection + Send + Sync + 'static) -> Self {
        let first = Self::local(open());
        Self { open: Some(Arc::new(open)), ..first }
    }

    /// The connections of a pool to a file, which is never stuck.
    pub(crate) fn local(pool: DatabaseConnection) -> Self {
        let backend = pool.get_database_backend();
        let current = Arc::new(RwLock::new(Generation { number: 0, pool }));
        Self { current, backend, open: None }
    }

    /// The pool itself.
    pub(crate) fn pool(&self) -> DatabaseConnection {
        self.generation().pool
    }

    /// Begins a transaction.
    pub(crate) async fn begin(&self, options: TransactionOptions) -> Result<DatabaseTransaction, DbErr> {
        self.on_pool(async move |pool| pool.begin_with_options(options).await).await
    }

    /// Asks the database whether it is there.
    pub(crate) async fn ping(&self) -> Result<(), DbErr> {
        self.on_pool(async |pool| pool.ping().await).await
    }

    /// Closes every connection, once what runs on it has ended.
    pub(crate) async fn close(&self) {
        // Closing a pool cannot fail; the signature is that of every kind of connection.
        let _ = timeout(CLOSING_LIMIT, self.pool().close_by_ref()).await;
    }

    fn generation(&self) -> Generation {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs `work` on the pool, which is replaced if it has no connection in time.
    async fn on_pool<T, W>(&self, work: impl FnOnce(DatabaseConnection) -> W) -> Result<T, DbErr>
    where
        W: Future<Output = Result<T, DbErr>>,
    {
        let Generation { number, pool } = self.generation();
        let result = surviving(work(pool)).await;
        if matches!(result, Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))) {
            self.give_up(number);
        }
        result
    }

    /// Puts a new pool in the place of the one with this number, unless somebody else did. The old one is not closed:
    /// that would wait for the farewell of servers that are gone. Its connections end with it, once what runs on them
    /// has ended.
    fn give_up(&self, stuck: u64) {
        let Some(open) = &self.open else { return };
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.number == stuck {
            *current = Generation { number: stuck + 1, pool: open() };
        }
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").field("backend", &self.backend).finish_non_exhaustive()
    }
}

/// The result, also where the driver panics, as sqlx does where the server's greeting arrives damaged. The tasks that
/// read and write for all requests must not end with it.
async fn surviving<T>(work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
    let crashed = |_| Err(DbErr::Conn(RuntimeErr::SqlxError(Arc::new(Error::WorkerCrashed))));
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(crashed)
}

#[async_trait]
impl ConnectionTrait for Connections {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.on_pool(async move |pool| pool.execute_raw(statement).await).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.on_pool(async move |pool| pool.execute_unprepared(sql).await).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.on_pool(async move |pool| pool.query_one_raw(statement).await).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.on_pool(async move |pool| pool.query_all_raw(statement).await).await
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
    use support::SqliteFile;

    use super::*;

    const SELECT: &str = "SELECT 1";

    /// A pool with one connection.
    fn pool(url: &str) -> DatabaseConnection {
        let options: SqliteConnectOptions = url.parse().unwrap();
        let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(Duration::from_millis(50));
        pool.connect_lazy_with(options.create_if_missing(true)).into()
    }

    #[tokio::test]
    async fn a_stuck_pool_is_given_up() {
        let file = SqliteFile::new().unwrap();
        let url = file.url();
        let connections = Connections::new(move || pool(&url));
        // It never comes back.
        let stuck = connections.begin(TransactionOptions::default()).await.unwrap();
        let no_connection = connections.execute_unprepared(SELECT).await.unwrap_err();
        assert!(matches!(no_connection, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)));
        connections.execute_unprepared(SELECT).await.unwrap();
        // What it has begun can still be done.
        stuck.execute_unprepared(SELECT).await.unwrap();
        stuck.commit().await.unwrap();
        connections.close().await;
    }

    #[tokio::test]
    async fn a_driver_that_panics_fails_what_it_was_asked_for() {
        let failed = surviving(async { panic!("the greeting ends early") }).await;
        let failed: Result<(), _> = failed;
        assert!(crate::failure::failed(failed.unwrap_err()).is_retryable());
    }

    #[tokio::test]
    async fn the_pool_of_a_file_is_kept() {
        let file = SqliteFile::new().unwrap();
        let connections = Connections::local(pool(&file.url()));
        let busy = connections.begin(TransactionOptions::default()).await.unwrap();
        connections.execute_unprepared(SELECT).await.unwrap_err();
        connections.ping().await.unwrap_err();
        busy.rollback().await.unwrap();
        connections.execute_unprepared(SELECT).await.unwrap();
        connections.ping().await.unwrap();
    }
}
