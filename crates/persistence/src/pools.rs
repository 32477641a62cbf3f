//! The connections to a database, and why connecting fails.

use std::{io, path::PathBuf, time::Duration};

use sea_orm::sqlx::Error;

use crate::connections::Connections;

/// How many statements each connection keeps prepared: they differ by how many rows they write.
pub(crate) const STATEMENTS_KEPT: usize = 500;

/// The pools of connections.
pub(crate) struct Pools {
    pub(crate) reading: Connections,
    pub(crate) writing: Connections,
    pub(crate) migrating: Connections,
    /// How many groups of commits are written at the same time.
    pub(crate) writers: usize,
}

/// Why there is no connection to the database.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address is of another kind of database.
    #[error("the database URL must begin with sqlite: or mysql:")]
    Scheme,
    /// The address is malformed.
    #[error("the database URL is malformed")]
    Url(#[source] Error),
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
    /// The database file cannot be used.
    #[error("the database cannot be opened")]
    Driver(#[source] Error),
    /// The server cannot be reached, or does not let us in.
    #[error("no connection to MySQL at {server}")]
    Server {
        /// Its host and port, or its socket.
        server: String,
        /// Why.
        source: Error,
    },
    /// The server does not answer.
    #[error("MySQL at {server} did not answer within {} ms", waited.as_millis())]
    NoAnswer {
        /// Its host and port, or its socket.
        server: String,
        /// For how long it was tried.
        waited: Duration,
    },
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
