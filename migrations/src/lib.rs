//! The database schema, as migrations for SQLite and for MySQL 8 or newer.
//!
//! Each migration creates one table or makes one change. MySQL cannot roll back a change of the schema, so
//! an interrupted migration is simply run again.
//!
//! There are no foreign keys: on MySQL every insert would lock the referenced row, and concurrent logins of
//! one user would wait for each other or deadlock.

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
mod m20261128_000011_forced_refreshes;
mod m20261128_000012_events_actor;
mod m20261129_000013_phones;
mod m20261129_000014_code_attempts;
mod m20261129_000015_signing_keys;
mod m20261129_000016_sessions_route;
mod m20261129_000017_revocations;
mod m20261129_000018_write_probes;
mod m20261129_000019_events_filters;
mod m20261129_000020_users_nickname_key;
mod m20261129_000021_operators;
mod m20261129_000022_diagnoses;
mod m20261129_000023_hourly_counts;
mod m20261129_000024_sealing_work;
mod m20261129_000025_push_inbox;
mod m20261130_000026_push_relay;
mod m20261130_000027_code_attempts_openid;
mod m20261130_000028_webhooks;
mod m20261130_000029_sweep_horizons;
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
            Box::new(m20261128_000011_forced_refreshes::Migration),
            Box::new(m20261128_000012_events_actor::Migration),
            Box::new(m20261129_000013_phones::Migration),
            Box::new(m20261129_000014_code_attempts::Migration),
            Box::new(m20261129_000015_signing_keys::Migration),
            Box::new(m20261129_000016_sessions_route::Migration),
            Box::new(m20261129_000017_revocations::Migration),
            Box::new(m20261129_000018_write_probes::Migration),
            Box::new(m20261129_000019_events_filters::Migration),
            Box::new(m20261129_000020_users_nickname_key::Migration),
            Box::new(m20261129_000021_operators::Migration),
            Box::new(m20261129_000022_diagnoses::Migration),
            Box::new(m20261129_000023_hourly_counts::Migration),
            Box::new(m20261129_000024_sealing_work::Migration),
            Box::new(m20261129_000025_push_inbox::Migration),
            Box::new(m20261130_000026_push_relay::Migration),
            Box::new(m20261130_000027_code_attempts_openid::Migration),
            Box::new(m20261130_000028_webhooks::Migration),
            Box::new(m20261130_000029_sweep_horizons::Migration),
        ]
    }
}
