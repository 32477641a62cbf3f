//! What is measured at one moment of a run.

use std::{fs, time::Duration};

use serde::{Deserialize, Serialize};

use super::pace::Interval;
use crate::tables::{PerTable, Tables};

/// The measurements of one moment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sample {
    /// Seconds since the run began.
    pub(crate) at: f64,
    /// Resident memory of the server's process, in bytes.
    pub(crate) resident: f64,
    /// The same with shared pages divided among those who share them.
    pub(crate) proportional: f64,
    /// File descriptors that are open.
    pub(crate) descriptors: f64,
    /// Steps a second since the sample before.
    pub(crate) rate: f64,
    /// Half of these steps took no longer, in milliseconds.
    pub(crate) median: f64,
    /// 99 % of them took no longer, in milliseconds.
    pub(crate) p99: f64,
    /// Steps that failed since the sample before.
    pub(crate) errors: f64,
}

/// What the database holds at one moment: less often, because counting takes time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stored {
    /// Seconds since the run began.
    pub(crate) at: f64,
    /// Rows of each table.
    pub(crate) rows: PerTable,
    /// Bytes on disk.
    pub(crate) bytes: f64,
}

impl Stored {
    pub(super) fn read(tables: &Tables, at: Duration) -> Result<Self, String> {
        Ok(Self { at: rounded(at.as_secs_f64()), rows: tables.rows()?, bytes: tables.bytes()? })
    }
}

impl Sample {
    /// A sample of this process and of the steps in the last `elapsed`, at `at`.
    pub(super) fn take(
        process: u32,
        interval: Interval,
        at: Duration,
        elapsed: Duration,
    ) -> Result<Self, String> {
        let Interval { mut latencies, errors } = interval;
        latencies.sort_unstable();
        let count = u32::try_from(latencies.len()).unwrap_or(u32::MAX);
        let descriptors = fs::read_dir(format!("/proc/{process}/fd")).map_err(|error| error.to_string())?;
        Ok(Self {
            at: rounded(at.as_secs_f64()),
            resident: kilobytes(process, "status", "VmRSS:")? * 1_024.0,
            proportional: kilobytes(process, "smaps_rollup", "Pss:")? * 1_024.0,
            descriptors: f64::from(u32::try_from(descriptors.count()).unwrap_or(u32::MAX)),
            rate: rounded(f64::from(count) / elapsed.as_secs_f64().max(0.001)),
            median: milliseconds(&latencies, 50),
            p99: milliseconds(&latencies, 99),
            errors: f64::from(errors),
        })
    }
}

/// The percentile of latencies that are sorted.
fn milliseconds(latencies: &[Duration], percentile: usize) -> f64 {
    let latency = latencies.get(latencies.len() * percentile / 100).copied().unwrap_or_default();
    rounded(latency.as_secs_f64() * 1_000.0)
}

/// To a hundredth: more digits say nothing, and the results are kept.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// A line of a file that the kernel writes about a process.
fn kilobytes(process: u32, file: &str, name: &str) -> Result<f64, String> {
    let path = format!("/proc/{process}/{file}");
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok());
    kilobytes.ok_or_else(|| format!("{path} has no {name}"))
}
