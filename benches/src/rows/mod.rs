//! One file for each thing that is measured.

pub(crate) mod login;
pub(crate) mod memory;
pub(crate) mod open_data;
pub(crate) mod session_check;
pub(crate) mod start_up;

use crate::{
    servers::{Settings, migrate},
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

/// A database of the given kind, migrated and filled with users.
pub(crate) struct Filled {
    pub(crate) kind: &'static str,
    pub(crate) url: String,
    pub(crate) users: usize,
}

impl Filled {
    /// The server on this database, reached as the baseline reaches it: on the same machine, without TLS.
    pub(crate) fn settings(&self, cache_capacity: usize) -> Settings {
        let database_url = match self.kind {
            "MySQL" => format!("{}?ssl-mode=DISABLED", self.url),
            _ => self.url.clone(),
        };
        Settings { database_url, cache_capacity }
    }

    /// The same over TLS, where there is a way that can be encrypted.
    pub(crate) fn settings_over_tls(&self, cache_capacity: usize) -> Option<Settings> {
        let database_url = format!("{}?ssl-mode=REQUIRED", self.url);
        (self.kind == "MySQL").then_some(Settings { database_url, cache_capacity })
    }
}

/// Every database that is measured, with `users` users in it.
pub(crate) fn filled(world: &World, name: &str, users: usize) -> Result<Vec<Filled>, String> {
    let mut urls = vec![("SQLite", world.sqlite_url(name))];
    if let Some(url) = world.mysql_url(name) {
        urls.push(("MySQL", url?));
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    urls.into_iter()
        .map(|(kind, url)| {
            migrate(world, &Settings { database_url: url.clone(), cache_capacity: 0 })?;
            runtime.block_on(crate::seed::seed(&url, crate::world::APP, users, now_ms()))?;
            Ok(Filled { kind, url, users })
        })
        .collect()
}
