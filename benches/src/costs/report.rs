//! The costs as JSON, which the plan for a number of users is made of, and as a table.

use std::{collections::BTreeMap, fmt::Write};

use serde::Serialize;

use super::meters::Figures;

#[derive(Serialize)]
pub(super) struct Costs {
    pub(super) made_by: &'static str,
    pub(super) date: String,
    pub(super) machine: String,
    pub(super) build: &'static str,
    pub(super) turns: usize,
    pub(super) connections: usize,
    pub(super) memory: Memory,
    pub(super) databases: BTreeMap<&'static str, OfDatabase>,
}

/// Resident memory of a server.
#[derive(Serialize)]
pub(super) struct Memory {
    pub(super) idle_bytes: f64,
    pub(super) session_bytes: f64,
}

/// The costs with one of the databases.
#[derive(Serialize)]
pub(super) struct OfDatabase {
    pub(super) rest_per_second: Figures,
    pub(super) operations: BTreeMap<&'static str, Cost>,
    pub(super) row_bytes: Figures,
}

/// What one operation costs.
#[derive(Serialize)]
pub(super) struct Cost {
    pub(super) what: &'static str,
    pub(super) turns: usize,
    #[serde(flatten)]
    pub(super) figures: Figures,
    /// Rows that it adds to each table.
    pub(super) rows: Figures,
}

/// The columns of the table.
const COLUMNS: [(&str, &str); 10] = [
    ("server_us", "server, µs"),
    ("database_us", "mysqld, µs"),
    ("statements", "statements"),
    ("commits", "commits"),
    ("redo_bytes", "redo log, bytes"),
    ("binlog_bytes", "binary log, bytes"),
    ("written_bytes", "written, bytes"),
    ("fsyncs", "fsyncs"),
    ("answer_bytes", "answers, bytes"),
    ("wechat_calls", "calls to WeChat"),
];

impl Costs {
    pub(super) fn json(&self) -> Result<String, String> {
        let json = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        Ok(json + "\n")
    }

    pub(super) fn table(&self) -> String {
        let mut table = format!("{} {} build, {}.\n", self.machine, self.build, self.date);
        for (kind, of_database) in &self.databases {
            let heads: Vec<_> = COLUMNS.iter().map(|(_, head)| *head).collect();
            let rule = "|---".repeat(COLUMNS.len() + 1);
            let _ = write!(table, "\n| {kind} | {} |\n{rule}|\n", heads.join(" | "));
            line(&mut table, "at rest, each second", &of_database.rest_per_second);
            for cost in of_database.operations.values() {
                line(&mut table, cost.what, &cost.figures);
            }
        }
        table
    }
}

fn line(table: &mut String, what: &str, figures: &Figures) {
    let cell = |name| figures.get(name).map_or_else(|| "–".to_owned(), number);
    let cells: Vec<_> = COLUMNS.iter().map(|(name, _)| cell(name)).collect();
    let _ = writeln!(table, "| {what} | {} |", cells.join(" | "));
}

/// With as many digits as mean something.
fn number(value: f64) -> String {
    if value < 10.0 { format!("{value:.2}") } else { format!("{value:.0}") }
}
