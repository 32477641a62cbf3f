//! One file for each thing that is measured.

pub(crate) mod login;
pub(crate) mod memory;
pub(crate) mod open_data;
pub(crate) mod session_check;
pub(crate) mod start_up;

use crate::{
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

/// Every database that is measured, with `users` users in it.
pub(crate) fn filled(world: &World, name: &str, users: usize) -> Result<Vec<Filled>, String> {
    let mut urls = vec![("SQLite", world.sqlite_url(name))];
    if let Some(url) = world.mysql_url(name) {
        urls.push(("MySQL", url?));
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    urls.into_iter()
        .map(|(kind, url)| {
            let settings = crate::servers::Settings { database_url: url.clone(), cache_capacity: 0 };
            crate::servers::migrate(world, &settings)?;
            runtime.block_on(crate::seed::seed(&url, crate::world::APP, users, now_ms()))?;
            Ok(Filled { kind, url, users })
        })
        .collect()
}
