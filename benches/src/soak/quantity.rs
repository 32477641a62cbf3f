//! What is judged of a run, and by which rule.

use super::{
    run::Run,
    sample::{Sample, Stored},
    trend::{Point, Rule, Trend},
};

/// Tables of which no row is ever removed: an erased user's stays, so that nobody gets the id again.
const GROWING: [&str; 1] = ["users"];

/// A change of so few rows of a table is none: of small tables it is a large share.
const FEW_ROWS: f64 = 100.0;

const MEGABYTE: f64 = 1_024.0 * 1_024.0;

/// Something that was measured again and again, and how it changed.
pub(super) struct Quantity {
    pub(super) name: String,
    pub(super) rule: Rule,
    pub(super) trend: Option<Trend>,
}

impl Quantity {
    fn new(run: &Run, name: impl Into<String>, rule: Rule, points: &[Point]) -> Self {
        Self { name: name.into(), rule, trend: Trend::after_warm_up(points, run.seconds) }
    }

    /// `None` where it may grow, or where there are too few points.
    pub(super) fn is_flat(&self) -> Option<bool> {
        self.trend?.is_flat(self.rule)
    }
}

/// Everything that is judged of a run, in the order of the table.
pub(super) fn of(run: &Run) -> Vec<Quantity> {
    let sampled =
        |name: &str, rule, value: fn(&Sample) -> f64| Quantity::new(run, name, rule, &sampled(run, value));
    let mut quantities = vec![
        sampled("resident memory, MiB", Rule::Share(0.05), |sample| sample.resident / MEGABYTE),
        sampled("proportional memory, MiB", Rule::Share(0.05), |sample| sample.proportional / MEGABYTE),
        sampled("file descriptors", Rule::Absolute(16.0), |sample| sample.descriptors),
        sampled("rate reached, steps a second", Rule::Share(0.05), |sample| sample.rate),
        sampled("median latency, ms", Rule::Share(0.10), |sample| sample.median),
        sampled("99th percentile, ms", Rule::Share(0.10), |sample| sample.p99),
        Quantity::new(run, "failed steps so far", Rule::Absolute(1.0), &failed_so_far(run)),
        Quantity::new(run, "size on disk, MiB", Rule::Share(0.10), &disk(run)),
    ];
    for table in tables(run) {
        let rule = if GROWING.contains(&&*table) { Rule::Grows } else { Rule::Either(0.10, FEW_ROWS) };
        let points = stored(run, |stored| stored.rows.get(&table).copied().unwrap_or_default());
        quantities.push(Quantity::new(run, format!("rows of `{table}`"), rule, &points));
    }
    quantities
}

/// A value of every sample.
pub(super) fn sampled(run: &Run, value: impl Fn(&Sample) -> f64) -> Vec<Point> {
    run.samples.iter().map(|sample| (sample.at, value(sample))).collect()
}

/// A value of every moment at which rows were counted.
fn stored(run: &Run, value: impl Fn(&Stored) -> f64) -> Vec<Point> {
    run.stored.iter().map(|stored| (stored.at, value(stored))).collect()
}

fn failed_so_far(run: &Run) -> Vec<Point> {
    let mut failed = 0.0;
    let mut so_far = |errors: f64| {
        failed += errors;
        failed
    };
    run.samples.iter().map(|sample| (sample.at, so_far(sample.errors))).collect()
}

pub(super) fn memory(run: &Run) -> Vec<Point> {
    sampled(run, |sample| sample.resident / MEGABYTE)
}

pub(super) fn disk(run: &Run) -> Vec<Point> {
    stored(run, |stored| stored.bytes / MEGABYTE)
}

/// Thousands of rows in all tables that are swept.
pub(super) fn swept_rows(run: &Run) -> Vec<Point> {
    let is_swept = |table: &String| !GROWING.contains(&&**table);
    stored(run, |stored| {
        stored.rows.iter().filter(|(table, _)| is_swept(table)).map(|(_, rows)| rows / 1_000.0).sum()
    })
}

/// Thousands of rows in the tables that grow by design.
pub(super) fn growing_rows(run: &Run) -> Vec<Point> {
    stored(run, |stored| {
        GROWING.iter().filter_map(|table| stored.rows.get(*table)).map(|rows| rows / 1_000.0).sum()
    })
}

/// The tables that ever had a row.
fn tables(run: &Run) -> Vec<String> {
    let mut tables = Vec::new();
    for stored in &run.stored {
        let filled = stored.rows.iter().filter(|(_, rows)| **rows > 0.0).map(|(table, _)| table);
        tables.extend(filled.cloned());
    }
    tables.sort_unstable();
    tables.dedup();
    tables
}
