//! The store on SQLite and MySQL.
//!
//! A folder is a feature: its rows, its finders, and how its changes are written. All of them share
//! three files: `commit` writes the changes of many requests in one transaction, `batched_reads` reads
//! for many requests by one query, `statements` works on many rows at once. How each database is
//! connected to and set up is in `sqlite` and `mysql`.

mod batched_reads;
mod checkpoints;
mod code_attempts;
mod commit;
mod config;
mod connections;
mod database;
mod deliveries;
mod diagnoses;
mod events;
mod failure;
mod forced_refreshes;
mod hourly_counts;
mod identities;
mod inconsistency;
mod key_rings;
mod leases;
mod migrating;
mod mysql;
mod operators;
mod phones;
#[cfg(test)]
mod plans;
mod pools;
mod pushes;
mod sealed_rows;
mod sessions;
mod signing_keys;
mod sqlite;
mod statements;
mod sweep_horizons;
mod tables;
mod users;
mod write_probe;

pub use config::DatabaseConfig;
pub use database::Database;
pub use migrating::SchemaError;
pub use pools::{ConnectError, UnfitServer};
pub use sqlite::sqlite_file;
