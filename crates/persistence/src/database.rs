//! The database: connecting to it, checking it, closing it.

use std::{io, path::PathBuf};

use async_trait::async_trait;
use domain::store::{Changes, Committed, Repositories, Store, StoreError};
use sea_orm::{DatabaseConnection, DbErr, entity::prelude::*, sqlx};

use crate::{
    batched_reads::BatchedReads,
    commit::GroupCommit,
    config::DatabaseConfig,
    failure::failed,
    identities::Records,
    migrating, mysql,
    sessions::{Checks, PresentedSessions},
    sqlite,
};

/// The store on SQLite or MySQL.
pub struct Database {
    pub(crate) tables: Tables,
    commits: GroupCommit,
    pub(crate) migrating: DatabaseConnection,
}

/// The tables. Each feature implements its repository on them.
pub(crate) struct Tables {
    pub(crate) reading: DatabaseConnection,
    pub(crate) writing: DatabaseConnection,
    pub(crate) records: BatchedReads<Records>,
    pub(crate) checks: BatchedReads<Checks>,
    pub(crate) presented: BatchedReads<PresentedSessions>,
}

/// No table refers to another: every table's entity has these relations.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

/// Why there is no connection to the database.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address is of another kind of database.
    #[error("the database URL must begin with sqlite: or mysql:")]
    Scheme,
    /// The address is malformed.
    #[error("the database URL is malformed")]
    Url(#[source] sqlx::Error),
    /// A database in memory is private to one connection, and gone with it.
    #[error("a database in memory cannot be shared by connections: name a file")]
    InMemory,
    /// The file cannot be made.
    #[error("the database file {} cannot be made", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The server or the schema is not fit to hold the data.
    #[error(transparent)]
    Unfit(#[from] UnfitServer),
    /// The database does not answer, or does not let us in.
    #[error("the database cannot be reached")]
    Driver(#[source] sqlx::Error),
}

/// Why a server is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitServer {
    /// It is too old, or something else than MySQL.
    #[error("MySQL 8.0.17 or newer is needed; the server is {0}")]
    Version(String),
    /// The address names no schema.
    #[error("the database URL names no schema: mysql://user:password@host/schema")]
    NoSchema,
    /// Text would be altered on its way.
    #[error("the connection's character set must be utf8mb4, not {found}")]
    Connection {
        /// What it is.
        found: String,
    },
    /// Text would be altered at rest.
    #[error(
        "the character set of schema {schema} must be utf8mb4, not {found}: \
         ALTER DATABASE {schema} CHARACTER SET utf8mb4"
    )]
    Schema {
        /// Which schema.
        schema: String,
        /// What it is.
        found: String,
    },
}

/// Why the tables are not as this version needs them.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// Migrations wait to be run.
    #[error("{} migrations wait to be run, the first is {}", pending.len(), pending.join(", "))]
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

impl Database {
    /// Connects to the database at `config.url`. A SQLite file is made where it is missing; a
    /// MySQL server or schema that is not fit is refused.
    pub async fn connect(config: &DatabaseConfig) -> Result<Self, ConnectError> {
        match config.url.split_once(':') {
            Some(("sqlite", _)) => sqlite::connect(config).await,
            Some(("mysql", _)) => mysql::connect(config).await,
            Some(_) | None => Err(ConnectError::Scheme),
        }
    }

    /// The database on these pools, of which the last changes the schema. So many groups of commits
    /// are written at the same time.
    pub(crate) fn on([reading, writing, migrating]: [DatabaseConnection; 3], writers: usize) -> Self {
        let tables = Tables {
            records: BatchedReads::start(Records(reading.clone())),
            checks: BatchedReads::start(Checks(reading.clone())),
            presented: BatchedReads::start(PresentedSessions(reading.clone())),
            reading,
            writing,
        };
        Self { commits: GroupCommit::start(&tables.writing, writers), tables, migrating }
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
            // Closing a pool cannot fail; the signature is that of every kind of connection.
            let _ = pool.close_by_ref().await;
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
        self.tables.reading.ping().await.map_err(failed)
    }
}
