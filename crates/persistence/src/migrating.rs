use std::collections::HashSet;

use migrations::{Migrator, MigratorTrait, SchemaManager};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement, sea_query::Query};

use crate::{commit::begin, connections::Connections};

/// The lock that a migrating process holds on MySQL, one for each schema, and its wait in seconds
/// for another one. SQLite's is the transaction itself.
const LOCK: &str = "SELECT GET_LOCK(CONCAT('yaoshi-', LEFT(SHA2(DATABASE(), 256), 40)), 60)";
const UNLOCK: &str = "DO RELEASE_LOCK(CONCAT('yaoshi-', LEFT(SHA2(DATABASE(), 256), 40)))";

/// Where sea-orm-migration records what was run.
const TABLE: &str = "seaql_migrations";

/// Why the tables are not as this version needs them.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// Migrations wait to be run.
    #[error("{}", describe(pending))]
    Pending {
        /// Their names, in order.
        pending: Vec<String>,
    },
    /// Another process is migrating, and takes long.
    #[error("another process is migrating this database")]
    Locked,
    /// The database failed.
    #[error("the database schema cannot be read or changed")]
    Database(#[from] DbErr),
}

/// How many migrations are pending, and where they begin.
fn describe(pending: &[String]) -> String {
    match pending {
        [] => "no migration is pending".to_owned(),
        [only] => format!("1 migration is pending: {only}"),
        [first, ..] => format!("{} migrations are pending, from {first} on", pending.len()),
    }
}

/// The names of the migrations that wait to be run. One that this version does not know was run
/// by a newer one and is no reason to refuse: a migration keeps what the version before it needs.
pub(crate) async fn pending(connection: &Connections) -> Result<Vec<String>, DbErr> {
    let applied = applied(connection).await?;
    let known = Migrator::migrations().into_iter().map(|migration| migration.name().to_owned());
    Ok(known.filter(|name| !applied.contains(name)).collect())
}

/// The names of the migrations that were run.
async fn applied(connection: &Connections) -> Result<HashSet<String>, DbErr> {
    let query = Query::select().column("version").from(TABLE).take();
    let rows = match connection.query_all(&query).await {
        Ok(rows) => rows,
        // A new database has no such table. Checked only now, it costs other starts nothing.
        Err(_) if !SchemaManager::new(&connection.pool()).has_table(TABLE).await? => {
            return Ok(HashSet::new());
        }
        // Another process made it in between, or it cannot be read.
        Err(_) => connection.query_all(&query).await?,
    };
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Runs the migrations that wait.
pub(crate) async fn migrate(reading: &Connections, migrating: &Connections) -> Result<(), SchemaError> {
    if pending(reading).await?.is_empty() {
        return Ok(());
    }
    // On SQLite all of it is done or nothing. On MySQL every migration commits itself; there the
    // transaction keeps to one connection, which holds the lock.
    let transaction = begin(migrating).await?;
    if transaction.get_database_backend() == DbBackend::MySql {
        lock(&transaction).await?;
        let migrated = Migrator::up(&transaction, None).await;
        transaction.execute_unprepared(UNLOCK).await?;
        migrated?;
    } else {
        Migrator::up(&transaction, None).await?;
    }
    Ok(transaction.commit().await?)
}

async fn lock(transaction: &DatabaseTransaction) -> Result<(), SchemaError> {
    let statement = Statement::from_string(DbBackend::MySql, LOCK);
    let row = transaction.query_one_raw(statement).await?;
    let locked: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
    if locked == Some(1) { Ok(()) } else { Err(SchemaError::Locked) }
}
