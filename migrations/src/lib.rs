//! The database schema, as migrations that run on SQLite and on MySQL 8 and newer.
//!
//! Each migration makes one table or one change, so that on MySQL, which cannot undo a change of
//! the schema, one that was cut off can simply be run again.
//!
//! No table refers to another by a foreign key: on MySQL every insertion would then lock the row
//! it refers to, and concurrent logins of one user would wait for, or deadlock with, each other.

mod columns;
mod m20261121_000001_users;
mod m20261121_000002_identities;
mod m20261121_000003_session_keys;
mod m20261121_000004_sessions;
mod m20261121_000005_login_attempts;
mod m20261121_000006_events;
mod m20261125_000007_users_version;
mod m20261125_000008_identities_version;
mod m20261125_000009_identities_of_users;
mod m20261125_000010_sessions_of_persons;
mod tables;

use sea_orm_migration::MigrationTrait;
pub use sea_orm_migration::{MigratorTrait, SchemaManager};

/// Every migration, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_users::Migration),
            Box::new(m20261121_000002_identities::Migration),
            Box::new(m20261121_000003_session_keys::Migration),
            Box::new(m20261121_000004_sessions::Migration),
            Box::new(m20261121_000005_login_attempts::Migration),
            Box::new(m20261121_000006_events::Migration),
            Box::new(m20261125_000007_users_version::Migration),
            Box::new(m20261125_000008_identities_version::Migration),
            Box::new(m20261125_000009_identities_of_users::Migration),
            Box::new(m20261125_000010_sessions_of_persons::Migration),
        ]
    }
}
