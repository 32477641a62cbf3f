//! The store on SQLite and MySQL.
//!
//! One implementation of each repository serves both databases, on pooled connections as inside a
//! unit of work. What differs between the two stands in `sqlite` and `mysql`.

mod checkpoints;
mod config;
mod connections;
mod database;
mod draft;
mod entity;
mod events;
mod failure;
mod identities;
mod inconsistency;
mod key_rings;
mod known;
mod loader;
mod login_attempts;
mod migrating;
mod mysql;
mod sessions;
mod sessions_by_token;
mod sqlite;
mod unit;
mod users;

pub use config::DatabaseConfig;
pub use database::{ConnectError, Database, SchemaError, UnfitServer};
