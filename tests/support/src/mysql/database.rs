use mysql_async::{Conn, prelude::Queryable};

use super::{MySqlError, MySqlServer};

/// What all test databases are called; the rest of the name is the second it was made in and a
/// number.
const PREFIX: &str = "yaoshi_test_";

/// A database that is older was left behind by a test that failed or was cut off.
const LEFT_BEHIND_AFTER: u64 = 3600;

/// An empty database for one test.
#[derive(Debug)]
pub struct MySqlDatabase {
    server: MySqlServer,
    name: String,
}

impl MySqlDatabase {
    pub(super) async fn create(server: &MySqlServer) -> Result<Self, MySqlError> {
        let mut root = server.root().await?;
        // By the server's clock and counter: they are the same for all test processes.
        let (now, number): (u64, u64) =
            root.query_first("SELECT UNIX_TIMESTAMP(), UUID_SHORT()").await?.ok_or(MySqlError::Silent)?;
        remove_left_behind(&mut root, now).await?;
        let name = format!("{PREFIX}{now}_{number}");
        root.query_drop(format!("CREATE DATABASE {name} CHARACTER SET utf8mb4")).await?;
        root.disconnect().await?;
        Ok(Self { server: server.clone(), name })
    }

    /// Its URL.
    pub fn url(&self) -> String {
        self.server.url("root", &self.name)
    }

    /// The server that it is on.
    pub const fn server(&self) -> &MySqlServer {
        &self.server
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Removes it with all that is in it.
    pub async fn remove(self) -> Result<(), MySqlError> {
        let mut root = self.server.root().await?;
        root.query_drop(format!("DROP DATABASE {}", self.name)).await?;
        Ok(root.disconnect().await?)
    }
}

async fn remove_left_behind(root: &mut Conn, now: u64) -> Result<(), MySqlError> {
    let names: Vec<String> = root.query(format!("SHOW DATABASES LIKE '{PREFIX}%'")).await?;
    for name in names.iter().filter(|name| made_at(name).is_some_and(|at| at + LEFT_BEHIND_AFTER < now)) {
        root.query_drop(format!("DROP DATABASE IF EXISTS {name}")).await?;
    }
    Ok(())
}

fn made_at(name: &str) -> Option<u64> {
    name.strip_prefix(PREFIX)?.split_once('_')?.0.parse().ok()
}
