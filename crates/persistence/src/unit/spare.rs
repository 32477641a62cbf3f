use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sea_orm::{
    ConnAcquireErr, DbErr, RuntimeErr,
    sqlx::{
        self, Connection,
        pool::{Pool, PoolConnection},
    },
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};

use super::dialect::Dialect;

/// A connection that lay here for so long is tried before it is used: the server may be another by
/// now. Where a commit goes out on a connection that is dead, nobody knows whether it was made.
const TRIED_AFTER: Duration = Duration::from_secs(1);

/// A connection that was kept from its pool for so long goes back, so that the pool can replace it.
const KEPT_FOR: Duration = Duration::from_mins(15);

/// The connections that write.
///
/// A pool asks the server whether a connection is still good each time it comes back. After a
/// answer that is known: the connection waits here for whoever needs it next.
pub(crate) struct SpareConnections<D: Dialect> {
    pool: Pool<D>,
    /// As many as the pool may have connections: whoever has a turn finds one, here or there.
    turns: Arc<Semaphore>,
    patience: Duration,
    spare: Mutex<Vec<Spare<D>>>,
}

struct Spare<D: Dialect> {
    connection: PoolConnection<D>,
    kept_since: Instant,
    idle_since: Instant,
}

/// A connection in use.
pub(crate) struct Taken<D: Dialect> {
    pub(super) connection: PoolConnection<D>,
    kept_since: Instant,
    home: Arc<SpareConnections<D>>,
    _turn: OwnedSemaphorePermit,
}

impl<D: Dialect> SpareConnections<D> {
    /// The connections of `pool`, which nobody else uses.
    pub(super) fn of(pool: Pool<D>) -> Arc<Self> {
        let options = pool.options();
        let turns = Arc::new(Semaphore::new(options.get_max_connections() as usize));
        let patience = options.get_acquire_timeout();
        Arc::new(Self { turns, patience, pool, spare: Mutex::new(Vec::new()) })
    }

    /// How many bytes go to the database at once.
    pub(crate) fn most_said(&self) -> usize {
        D::most_said(&self.pool.connect_options())
    }

    /// A connection, as soon as there is one.
    pub(crate) async fn take(self: &Arc<Self>) -> Result<Taken<D>, DbErr> {
        let turn = timeout(self.patience, Arc::clone(&self.turns).acquire_owned());
        let turn = turn.await.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        let turn = turn.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?;
        let (connection, kept_since) = match self.spare().await {
            Some(spare) => (spare.connection, spare.kept_since),
            None => (self.pool.acquire().await.map_err(no_connection)?, Instant::now()),
        };
        Ok(Taken { connection, kept_since, home: Arc::clone(self), _turn: turn })
    }

    /// The connection that was used last, if it is good. If it is not, the others may be no better:
    /// they go back to their pool, which tries them.
    async fn spare(&self) -> Option<Spare<D>> {
        let latest = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut latest = latest?;
        if latest.idle_since.elapsed() < TRIED_AFTER {
            return Some(latest);
        }
        if let Ok(Ok(())) = timeout(self.patience, latest.connection.ping()).await {
            return Some(latest);
        }
        latest.connection.close_on_drop();
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).clear();
        None
    }

    /// Whether no connection is given any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.pool.is_closed()
    }

    /// Closes every connection.
    pub(super) async fn close(&self) {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.pool.close().await;
    }
}

impl<D: Dialect> Taken<D> {
    /// Gives back a connection that just answered, and on which nothing is open.
    pub(super) fn give_back(self) {
        let Self { connection, kept_since, home, _turn } = self;
        if kept_since.elapsed() < KEPT_FOR && !home.pool.is_closed() {
            let spare = Spare { connection, kept_since, idle_since: Instant::now() };
            home.spare.lock().unwrap_or_else(PoisonError::into_inner).push(spare);
        }
    }

    /// Closes a connection that does not answer. The others may be no better, as when the server
    /// was restarted: they go back to their pool, which tries them.
    pub(super) fn give_up(mut self) {
        self.connection.close_on_drop();
        self.home.spare.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn no_connection(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}
