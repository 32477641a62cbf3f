//! Counters of the processes, of MySQL, of the load and of WeChat, and arithmetic on them.

use std::{
    collections::BTreeMap,
    fs,
    ops::{Div, Mul, Sub},
};

use serde::Serialize;

use crate::{
    load::traffic,
    rows::Database,
    servers::Server,
    tables::{Tables, float, parsed},
    world::World,
};

/// Numbers by name, such as counters, or what one turn adds to them.
#[derive(Clone, Default, Serialize)]
#[serde(transparent)]
pub(super) struct Figures(pub(super) BTreeMap<String, f64>);

impl Figures {
    pub(super) fn get(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }

    fn each(mut self, change: impl Fn(&str, f64) -> f64) -> Self {
        self.0.iter_mut().for_each(|(name, value)| *value = change(name, *value));
        self
    }

    /// Only those that are not zero.
    pub(super) fn without_zeros(mut self) -> Self {
        self.0.retain(|_, value| *value != 0.0);
        self
    }

    /// What is written down: nothing below zero, and no digits that mean nothing.
    pub(super) fn rounded(self) -> Self {
        self.each(|_, value| (value.max(0.0) * 1_000.0).round() / 1_000.0)
    }
}

/// Names that only the other side has count as zero.
impl Sub for Figures {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.each(|name, value| value - other.get(name).unwrap_or(0.0))
    }
}

impl Mul<f64> for Figures {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        self.each(|_, value| value * factor)
    }
}

impl Div<f64> for Figures {
    type Output = Self;

    fn div(self, divisor: f64) -> Self {
        self.each(|_, value| value / divisor)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count is far below 2^52")]
pub(super) const fn number(count: usize) -> f64 {
    count as f64
}

/// Microseconds of a tick, in which Linux counts the time of processes.
const TICK_US: f64 = 10_000.0;

/// What MySQL counts, and what it is called here. Transactions that change something use the cache of the binary log.
const STATUS: [(&str, &str); 5] = [
    ("Questions", "statements"),
    ("Binlog_cache_use", "commits"),
    ("Innodb_os_log_written", "redo_bytes"),
    ("Innodb_data_written", "written_bytes"),
    ("Innodb_data_fsyncs", "fsyncs"),
];

const GLOBAL_STATUS: &str = "SELECT CAST(variable_name AS CHAR), CAST(variable_value AS CHAR) \
                             FROM performance_schema.global_status";

/// The binary log: its bytes, and how often it was synced.
const BINARY_LOG: &str = "SELECT CAST(sum_number_of_bytes_write AS CHAR), CAST(count_misc AS CHAR) \
                          FROM performance_schema.file_summary_by_event_name \
                          WHERE event_name = 'wait/io/file/sql/binlog'";

/// Reads the counters that one server's work moves.
pub(super) struct Meters<'a> {
    world: &'a World,
    server: u32,
    /// MySQL's process, where the server stores there.
    mysql: Option<u32>,
    tables: &'a Tables,
}

impl<'a> Meters<'a> {
    pub(super) fn new(
        world: &'a World,
        database: &Database,
        tables: &'a Tables,
        server: &Server,
    ) -> Result<Self, String> {
        let mysql = world.mysql().filter(|_| database.kind == "MySQL");
        let mysql = mysql.map(crate::world::MySql::pid).transpose()?;
        Ok(Self { world, server: server.pid(), mysql, tables })
    }

    pub(super) fn counters(&self) -> Result<Figures, String> {
        let (sent, received) = traffic();
        let calls = self.world.simulator().calls();
        let mut counters = BTreeMap::from(
            [("request_bytes", number(sent)), ("answer_bytes", number(received))]
                .map(|(name, value)| (name.to_owned(), value)),
        );
        let mut add = |name: &str, value| *counters.entry(name.to_owned()).or_insert(0.0) += value;
        add("server_us", cpu_us(self.server)?);
        add("wechat_calls", float(calls.total));
        add("wechat_billed", float(calls.billed));
        if let Some(mysql) = self.mysql {
            add("database_us", cpu_us(mysql)?);
            for (name, value) in self.status()? {
                add(name, value);
            }
        } else {
            add("written_bytes", written_bytes(self.server)?);
        }
        Ok(Figures(counters))
    }

    fn status(&self) -> Result<Vec<(&'static str, f64)>, String> {
        let counted = self.tables.query::<2>(GLOBAL_STATUS)?;
        let mut figures = Vec::new();
        for [variable, value] in &counted {
            for (_, name) in STATUS.iter().filter(|(counter, _)| counter == variable) {
                figures.push((*name, parsed(value)?));
            }
        }
        for [bytes, syncs] in &self.tables.query::<2>(BINARY_LOG)? {
            figures.extend([("binlog_bytes", parsed(bytes)?), ("written_bytes", parsed(bytes)?)]);
            figures.push(("fsyncs", parsed(syncs)?));
        }
        Ok(figures)
    }
}

/// The time that a process has had on a core, in microseconds.
fn cpu_us(pid: u32) -> Result<f64, String> {
    let path = format!("/proc/{pid}/stat");
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    // The name of the program, in brackets, may contain spaces. User and system time are the 12th and 13th after it.
    let (_, fields) = text.rsplit_once(") ").ok_or("no such process")?;
    let times: Vec<_> = fields.split(' ').skip(11).take(2).map(parsed).collect::<Result<_, _>>()?;
    Ok(times.iter().sum::<f64>() * TICK_US)
}

/// The bytes that a process had written to disks.
fn written_bytes(pid: u32) -> Result<f64, String> {
    let path = format!("/proc/{pid}/io");
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    parsed(line.ok_or("no write_bytes")?)
}
