//! The rows of the table, one file for each thing that is measured.

pub(crate) mod against;
pub(crate) mod login;
pub(crate) mod memory;
pub(crate) mod open_data;
pub(crate) mod overload;
pub(crate) mod session_check;
pub(crate) mod signature;
pub(crate) mod start_up;
pub(crate) mod store;
pub(crate) mod verification;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use crate::{
    load::{Script, Until, run},
    servers::{Server, Settings, migrate},
    table::Measurement,
    world::{World, now_ms},
};

/// How much is measured.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// How often baseline and server take turns.
    pub(crate) rounds: usize,
    /// Seconds of each turn.
    pub(crate) seconds: u64,
    /// The smaller number of users stored.
    pub(crate) few: usize,
    /// The larger number of users stored.
    pub(crate) many: usize,
}

pub(crate) type Rows = Result<Vec<Measurement>, String>;

/// A migrated database with users in it, and the server that runs on it.
pub(crate) struct Database {
    server: PathBuf,
    pub(crate) kind: &'static str,
    pub(crate) url: String,
    pub(crate) users: usize,
}

impl Database {
    /// Makes the tables that `server` wants, and stores `users` users.
    pub(crate) fn prepare(
        world: &World,
        server: &Path,
        kind: &'static str,
        url: String,
        users: usize,
    ) -> Result<Self, String> {
        let database = Self { server: server.to_owned(), kind, url, users };
        database.migrate(world)?;
        let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
        runtime.block_on(crate::seed::seed(&database.url, crate::world::APP, users, now_ms()))?;
        Ok(database)
    }

    /// Settings of the server on this database, connected as the baseline is: on the same machine, without TLS.
    pub(crate) fn settings(&self, cache_capacity: usize) -> Settings {
        let database_url = match self.kind {
            "MySQL" => format!("{}?ssl-mode=DISABLED", self.url),
            _ => self.url.clone(),
        };
        self.settings_at(database_url, cache_capacity)
    }

    /// The same over TLS, where the database is reached over the network.
    pub(crate) fn settings_over_tls(&self, cache_capacity: usize) -> Option<Settings> {
        let database_url = format!("{}?ssl-mode=REQUIRED", self.url);
        (self.kind == "MySQL").then(|| self.settings_at(database_url, cache_capacity))
    }

    fn settings_at(&self, database_url: String, cache_capacity: usize) -> Settings {
        Settings { program: self.server.clone(), database_url, cache_capacity }
    }

    /// Makes or updates the tables.
    fn migrate(&self, world: &World) -> Result<(), String> {
        migrate(world, &self.settings_at(self.url.clone(), 0))
    }
}

/// Every database that is measured, migrated by `server` and with `users` users in it.
pub(crate) fn databases(
    world: &World,
    name: &str,
    users: usize,
    server: &Path,
) -> Result<Vec<Database>, String> {
    let mut urls = vec![("SQLite", world.sqlite_url(name))];
    if let Some(url) = world.mysql_url(name) {
        urls.push(("MySQL", url?));
    }
    urls.into_iter().map(|(kind, url)| Database::prepare(world, server, kind, url, users)).collect()
}

/// One side of a duel: plays a turn and returns its rate.
type Side = Box<dyn FnMut() -> Result<f64, String>>;

/// The side that runs `script` against `server`.
fn turns<S: Script>(server: Server, connections: usize, effort: Effort, script: Arc<S>) -> Side {
    let until = Until::Elapsed(Duration::from_secs(effort.seconds));
    Box::new(move || run(server.address(), connections, 0, until, script.clone()))
}
