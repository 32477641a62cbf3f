use std::{io, path::PathBuf};

use async_trait::async_trait;
use domain::{
    event::Events,
    identity::Identities,
    key_ring::KeyRings,
    login::LoginAttempts,
    profile::Users,
    session::Sessions,
    store::{Repositories, Store, StoreError, UnitOfWork},
};
use sea_orm::{DatabaseConnection, DbErr, sqlx};

use crate::{config::DatabaseConfig, connections::Backend, failure::failed, migrating, mysql, sqlite};

/// The store on SQLite or MySQL.
pub struct Database(Opened);

/// An open database of either kind.
pub(crate) struct Opened {
    pub(crate) backend: Box<dyn Backend>,
    pub(crate) reading: DatabaseConnection,
    /// Where the schema is changed.
    pub(crate) migrating: DatabaseConnection,
}

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
        let opened = match config.url.split_once(':') {
            Some(("sqlite", _)) => sqlite::connect(config).await?,
            Some(("mysql", _)) => mysql::connect(config).await?,
            Some(_) | None => return Err(ConnectError::Scheme),
        };
        Ok(Self(opened))
    }

    /// Runs the migrations that wait. Of several processes that do so at once, one does the work.
    pub async fn migrate(&self) -> Result<(), SchemaError> {
        migrating::migrate(&self.0.reading, &self.0.migrating).await
    }

    /// Refuses a database on which migrations wait to be run.
    pub async fn check_schema(&self) -> Result<(), SchemaError> {
        let pending = migrating::pending(&self.0.reading).await?;
        if pending.is_empty() { Ok(()) } else { Err(SchemaError::Pending { pending }) }
    }

    /// Closes every connection, once what runs on them is done.
    pub async fn close(&self) {
        // Closing a pool cannot fail; the signature is that of every kind of connection.
        let _ = self.0.migrating.close_by_ref().await;
        self.0.backend.close().await;
    }
}

impl Repositories for Database {
    fn users(&self) -> &dyn Users {
        self.0.backend.users()
    }

    fn identities(&self) -> &dyn Identities {
        self.0.backend.identities()
    }

    fn key_rings(&self) -> &dyn KeyRings {
        self.0.backend.key_rings()
    }

    fn sessions(&self) -> &dyn Sessions {
        self.0.backend.sessions()
    }

    fn login_attempts(&self) -> &dyn LoginAttempts {
        self.0.backend.login_attempts()
    }

    fn events(&self) -> &dyn Events {
        self.0.backend.events()
    }
}

#[async_trait]
impl Store for Database {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        self.0.backend.begin().await
    }

    async fn draft(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        Ok(self.0.backend.draft())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.0.reading.ping().await.map_err(failed)
    }
}
