//! The database: connecting to it, checking it, closing it.

use async_trait::async_trait;
use domain::{
    store::{Changes, Committed, Repositories, Store, StoreError},
    time::Timestamp,
};
use sea_orm::{ConnectionTrait, DbBackend};

use crate::{
    commit::GroupCommit,
    config::DatabaseConfig,
    connections::Connections,
    failure::failed,
    migrating::{self, SchemaError},
    mysql,
    pools::{ConnectError, Pools},
    sqlite,
    tables::Tables,
    write_probe,
};

/// The store on SQLite or MySQL.
pub struct Database {
    tables: Tables,
    commits: GroupCommit,
    migrating: Connections,
}

impl Database {
    /// Connects to the database at `config.url`. A SQLite file is made where it is missing; a
    /// MySQL server or schema that is not fit is refused.
    pub async fn connect(config: &DatabaseConfig) -> Result<Self, ConnectError> {
        let pools = match config.url.split_once(':') {
            Some(("sqlite", _)) => sqlite::connect(config).await?,
            Some(("mysql", _)) => mysql::connect(config).await?,
            Some(_) | None => return Err(ConnectError::Scheme),
        };
        Ok(Self::on(pools))
    }

    /// The database behind these connections.
    pub(crate) fn on(pools: Pools) -> Self {
        let commits = GroupCommit::start(&pools.writing, pools.writers);
        Self { commits, tables: Tables::on(pools.reading, pools.writing), migrating: pools.migrating }
    }

    /// Runs the migrations that wait. Of several processes that do so at once, one does the work.
    pub async fn migrate(&self) -> Result<(), SchemaError> {
        migrating::migrate(&self.tables.reading, &self.migrating).await
    }

    /// Refuses a database on which migrations wait to be run.
    pub async fn check_schema(&self) -> Result<(), SchemaError> {
        let pending = migrating::pending(&self.tables.reading).await?;
        if pending.is_empty() { Ok(()) } else { Err(SchemaError::Pending { pending }) }
    }

    /// Closes every connection, once what runs on it has ended.
    pub async fn close(&self) {
        for pool in [&self.migrating, &self.tables.writing, &self.tables.reading] {
            pool.close().await;
        }
    }
}

#[async_trait]
impl Store for Database {
    fn repositories(&self) -> &dyn Repositories {
        &self.tables
    }

    async fn commit(&self, changes: Changes) -> Result<Committed, StoreError> {
        self.commits.commit(changes).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.tables.reading.ping().await.map_err(failed)?;
        write_probe::write(&self.tables.writing).await.map_err(failed)
    }

    async fn time(&self) -> Result<Option<Timestamp>, StoreError> {
        let reading = &self.tables.reading;
        if reading.get_database_backend() == DbBackend::MySql {
            return mysql::time(reading).await.map(Some).map_err(failed);
        }
        // Every process that has a file of SQLite open is on this machine.
        Ok(None)
    }
}
