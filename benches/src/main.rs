//! Measures the server against named baselines in one run, and writes a table of the ratios.

mod cluster;
mod console;
mod costs;
mod load;
mod pushes;
mod rows;
mod seed;
mod servers;
mod soak;
mod table;
mod tables;
mod world;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use rows::{
    Effort, Rows, against, databases, login, memory, open_data, overload, session_check, signature, start_up,
    store, verification,
};
use table::{Measurement, page};
use world::{MySql, World, now_ms};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(about = "Measures the server against named baselines")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,

    /// Measure only these rows (1 to 15), for example `--rows 1,5`.
    #[arg(long, value_delimiter = ',')]
    rows: Vec<u8>,

    /// Without MySQL.
    #[arg(long)]
    no_mysql: bool,

    /// Rounds in which baseline and server take turns.
    #[arg(long, default_value_t = 5)]
    rounds: usize,

    /// Seconds of each turn.
    #[arg(long, default_value_t = 2)]
    seconds: u64,

    /// The larger number of users stored.
    #[arg(long, default_value_t = 1_000_000)]
    many: usize,

    /// Measure rows 1 to 4 against this older `yaoshi`, not against the baselines.
    #[arg(long, value_name = "PROGRAM")]
    old_server: Option<PathBuf>,

    /// Write the table here. Without it a run of all rows against the baselines writes docs/benchmarks.md.
    #[arg(long)]
    output: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the bare routes (started by the measurement itself).
    Bare {
        /// WeChat's address.
        #[arg(long)]
        wechat: String,
    },
    /// Measure rows 2 to 4 on the cluster of docker-compose.cluster.yml, beside one MySQL.
    Cluster(cluster::Options),
    /// Measure the pages of the operators' console on a large database.
    Console(console::Options),
    /// Measure what each operation costs: CPU, statements, commits, bytes, and calls to WeChat.
    Costs(costs::Options),
    /// Measure how many pushes are taken, with a back end that answers and with one that hangs.
    Pushes(pushes::Options),
    /// Run a mixed load for long, and judge whether memory, descriptors, latencies and tables stay flat.
    Soak(soak::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match &arguments.command {
        Some(Command::Bare { wechat }) => serve_bare(wechat),
        Some(Command::Cluster(options)) => cluster::measure(options),
        Some(Command::Console(options)) => report(console::measure(options), options.output.as_deref()),
        Some(Command::Costs(options)) => report(costs::measure(options), options.output.as_deref()),
        Some(Command::Pushes(options)) => report(pushes::measure(options), options.output.as_deref()),
        Some(Command::Soak(options)) => soak::soak(options),
        None => match &arguments.old_server {
            Some(old) => compare(&arguments, old),
            None => measure(&arguments),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log(&error);
            ExitCode::FAILURE
        }
    }
}

fn serve_bare(wechat: &str) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(servers::serve_bare(wechat))
}

fn report(table: Result<String, String>, output: Option<&Path>) -> Result<(), String> {
    let table = table?;
    print(&table);
    output.map_or(Ok(()), |path| write(path, &table))
}

#[expect(clippy::print_stderr, reason = "progress and errors go to standard error")]
fn log(line: &str) {
    eprintln!("{line}");
}

/// The measurements so far, each logged when it is made.
#[derive(Default)]
struct Report(Vec<Measurement>);

impl Report {
    fn add(&mut self, rows: Rows) -> Result<(), String> {
        for line in rows? {
            let Measurement { row, what, baseline, result, target, .. } = &line;
            log(&format!("{row}  {what}: {result} (target {target}; {baseline})"));
            self.0.push(line);
        }
        Ok(())
    }
}

impl Arguments {
    fn effort(&self) -> Effort {
        Effort { rounds: self.rounds, seconds: self.seconds, few: 1_000, many: self.many }
    }

    fn wants(&self, row: u8) -> bool {
        self.rows.is_empty() || self.rows.contains(&row)
    }

    fn world(&self) -> Result<World, String> {
        World::new(if self.no_mysql { None } else { Some(MySql::start()?) })
    }
}

/// Measures rows 1 to 4 of this build's server against those of `old`.
fn compare(arguments: &Arguments, old: &Path) -> Result<(), String> {
    // The servers run in another folder.
    let old = old.canonicalize().map_err(|error| format!("{}: {error}", old.display()))?;
    let servers = (old.as_path(), &*servers::built()?);
    let mut table = String::new();
    let wants = |row| arguments.wants(row);
    against::measure(&arguments.world()?, servers, arguments.effort(), wants, |line| {
        print(&line);
        table.push_str(&line);
        table.push('\n');
    })?;
    arguments.output.as_ref().map_or(Ok(()), |path| write(path, &table))
}

#[expect(clippy::print_stdout, reason = "the table is the command's output")]
fn print(line: &str) {
    println!("{line}");
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn measure(arguments: &Arguments) -> Result<(), String> {
    let (effort, world) = (arguments.effort(), arguments.world()?);
    let wants = |row| arguments.wants(row);
    let mut report = Report::default();
    if wants(5) {
        report.add(open_data::measure(world.simulator(), effort))?;
    }
    let few = databases(&world, "few", effort.few, &servers::built()?)?;
    for database in &few {
        if wants(1) && database.kind == "SQLite" {
            report.add(session_check::cached(&world, database, effort))?;
        }
        if wants(2) {
            report.add(session_check::missed(&world, database, effort))?;
        }
        if wants(3) {
            report.add(login::known(&world, database, effort))?;
        }
        if wants(4) {
            report.add(login::first(&world, database, effort))?;
        }
        if wants(10) {
            report.add(signature::measure(&world, database, effort))?;
        }
        if wants(11) {
            report.add(login::by_phone(&world, database, effort))?;
        }
        if wants(15) {
            report.add(login::diagnosed(&world, database, effort))?;
        }
        if wants(12) && database.kind == "SQLite" {
            report.add(verification::measure(&world, database, effort))?;
        }
        if wants(13) && database.kind == "SQLite" {
            report.add(overload::measure(&world, database, effort))?;
        }
        if wants(14) && database.kind == "SQLite" {
            report.add(overload::attacks(&world, database))?;
        }
        if wants(6) {
            report.add(start_up::measure(&world, database, effort))?;
        }
    }
    if [1, 2, 6, 7, 8].into_iter().any(wants) {
        measure_many(&world, &few, effort, wants, &mut report)?;
    }
    // Last, because it leaves the users with more sessions than they may have.
    for database in few.iter().filter(|_| wants(9)) {
        report.add(store::commits(database, effort))?;
    }
    let usual = arguments.rows.is_empty().then(|| PathBuf::from("docs/benchmarks.md"));
    let run = format!("{} {} rounds, turns of {} s.", machine(), effort.rounds, effort.seconds);
    arguments.output.clone().or(usual).map_or(Ok(()), |path| write(&path, &page(&report.0, &run)))
}

/// The rows that need many users stored.
fn measure_many(
    world: &World,
    few: &[rows::Database],
    effort: Effort,
    wants: impl Fn(u8) -> bool,
    report: &mut Report,
) -> Result<(), String> {
    log(&format!("storing {} users", effort.many));
    let many = databases(world, "many", effort.many, &servers::built()?)?;
    for (few, many) in few.iter().zip(&many) {
        if many.kind == "SQLite" {
            if wants(7) {
                report.add(memory::measure(world, many, effort))?;
            }
            if wants(1) {
                report.add(session_check::cached(world, many, effort))?;
            }
        }
        if wants(8) {
            report.add(session_check::many_against_few(world, few, many, effort))?;
            report.add(login::many_against_few(world, few, many, effort))?;
            report.add(start_up::measure(world, many, effort))?;
        }
    }
    Ok(())
}

/// The day, in UTC: year, month and day.
fn today() -> String {
    let now = jiff::Timestamp::from_millisecond(now_ms());
    now.map(|now| now.strftime("%F").to_string()).unwrap_or_default()
}

/// The machine, as far as it matters to a ratio.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let model = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split_once(':')).map_or("unknown", |(_, name)| name.trim());
    format!("Machine: {cores} cores, {model}.")
}
