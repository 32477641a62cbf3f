use std::path::{Path, PathBuf};

use support::{MySqlDatabase, MySqlServer};

/// The kind of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A SQLite file.
    Sqlite,
    /// A database on the MySQL server that all tests share.
    MySql,
}

/// The database of one test.
#[derive(Debug)]
pub enum Database {
    /// The path of a SQLite file.
    Sqlite(PathBuf),
    /// A database on the shared MySQL server.
    MySql(MySqlDatabase),
}

impl Database {
    /// Creates an empty database; a SQLite file will be in `directory`.
    pub(crate) async fn create(kind: DatabaseKind, directory: &Path) -> Self {
        match kind {
            DatabaseKind::Sqlite => Self::Sqlite(directory.join("yaoshi.db")),
            DatabaseKind::MySql => {
                let server = MySqlServer::shared().await.expect("MySQL is running");
                Self::MySql(server.database().await.expect("MySQL creates a database"))
            }
        }
    }

    /// The URL.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::MySql(database) => database.url(),
        }
    }

    /// Drops the database.
    pub(crate) async fn drop(self) {
        match self {
            // The fixture removes the directory of the file.
            Self::Sqlite(_) => {}
            Self::MySql(database) => database.remove().await.expect("MySQL drops the database"),
        }
    }
}
