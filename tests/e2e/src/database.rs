use std::path::{Path, PathBuf};

use support::{MySqlDatabase, MySqlServer};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A file.
    Sqlite,
    /// A database of its own on the MySQL server that all tests share.
    MySql,
}

/// An empty database of one test.
#[derive(Debug)]
pub enum Database {
    /// This file.
    Sqlite(PathBuf),
    /// This one on the shared server.
    MySql(MySqlDatabase),
}

impl Database {
    /// A new one of this kind; a file goes into `folder`.
    pub(crate) async fn of(kind: DatabaseKind, folder: &Path) -> Self {
        match kind {
            DatabaseKind::Sqlite => Self::Sqlite(folder.join("yaoshi.db")),
            DatabaseKind::MySql => {
                let server = MySqlServer::shared().await.expect("MySQL runs");
                Self::MySql(server.database().await.expect("MySQL makes a database"))
            }
        }
    }

    /// Its URL.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::MySql(database) => database.url(),
        }
    }

    /// Removes it.
    pub(crate) async fn remove(self) {
        match self {
            // The file goes with its folder.
            Self::Sqlite(_) => {}
            Self::MySql(database) => database.remove().await.expect("MySQL removes its database"),
        }
    }
}
