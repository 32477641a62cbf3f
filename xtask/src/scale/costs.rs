//! What each operation costs, as `docs/costs.json` says.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::run::Failure;

/// Numbers by name.
pub(super) type Figures = BTreeMap<String, f64>;

#[derive(Deserialize)]
pub(super) struct Costs {
    pub(super) date: String,
    pub(super) machine: String,
    pub(super) build: String,
    pub(super) turns: u64,
    pub(super) connections: u64,
    pub(super) memory: Memory,
    databases: BTreeMap<String, OfDatabase>,
}

/// Resident memory of an instance.
#[derive(Deserialize)]
pub(super) struct Memory {
    pub(super) idle_bytes: f64,
    pub(super) session_bytes: f64,
}

/// The costs with one of the databases.
#[derive(Deserialize)]
pub(super) struct OfDatabase {
    pub(super) rest_per_second: Figures,
    operations: BTreeMap<String, Cost>,
    row_bytes: Figures,
}

/// What one operation costs.
#[derive(Deserialize)]
pub(super) struct Cost {
    /// Rows that it adds to each table.
    pub(super) rows: Figures,
    #[serde(flatten)]
    figures: BTreeMap<String, serde_json::Value>,
}

impl Costs {
    pub(super) fn mysql(&self) -> Result<&OfDatabase, Failure> {
        self.of("MySQL")
    }

    pub(super) fn of(&self, database: &str) -> Result<&OfDatabase, Failure> {
        self.databases.get(database).ok_or_else(|| format!("the costs with {database} are not measured"))
    }
}

impl OfDatabase {
    pub(super) fn operation(&self, id: &str) -> Result<&Cost, Failure> {
        self.operations.get(id).ok_or_else(|| format!("the costs of {id} are not measured"))
    }

    /// The bytes of a row on disk; 0 for a table of which nobody keeps many rows.
    pub(super) fn row_bytes(&self, table: &str) -> f64 {
        self.row_bytes.get(table).copied().unwrap_or(0.0)
    }
}

impl Cost {
    /// A figure; 0 for one that this database does not have.
    pub(super) fn figure(&self, name: &str) -> f64 {
        self.figures.get(name).and_then(serde_json::Value::as_f64).unwrap_or(0.0)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.figures.contains_key(name)
    }
}
