//! Measures the server against named baselines, in one run, and writes the ratios down.

mod load;
mod rows;
mod seed;
mod servers;
mod table;
mod world;

use std::{fs, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use rows::{Effort, Rows, filled, login, memory, open_data, session_check, start_up};
use table::{Measurement, page};
use world::{MySql, World};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(about = "Measures the server against named baselines")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,

    /// Measure only these rows (1 to 8), for example `--rows 1,5`. Nothing is written down then.
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

    /// Where the table is written.
    #[arg(long, default_value = "docs/benchmarks.md")]
    output: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the bare routes (started by the measurement itself).
    Bare {
        /// WeChat's address.
        #[arg(long)]
        wechat: String,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match &arguments.command {
        Some(Command::Bare { wechat }) => serve_bare(wechat),
        None => measure(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&error);
            ExitCode::FAILURE
        }
    }
}

fn serve_bare(wechat: &str) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(servers::serve_bare(wechat))
}

#[expect(clippy::print_stderr, reason = "a benchmark tells how far it is")]
fn say(line: &str) {
    eprintln!("{line}");
}

/// What was measured so far, told as it comes.
#[derive(Default)]
struct Told(Vec<Measurement>);

impl Told {
    fn add(&mut self, rows: Rows) -> Result<(), String> {
        for line in rows? {
            let Measurement { row, what, baseline, result, target, .. } = &line;
            say(&format!("{row}  {what}: {result} (target {target}; {baseline})"));
            self.0.push(line);
        }
        Ok(())
    }
}

fn measure(arguments: &Arguments) -> Result<(), String> {
    let effort =
        Effort { rounds: arguments.rounds, seconds: arguments.seconds, few: 1_000, many: arguments.many };
    let wants = |row: u8| arguments.rows.is_empty() || arguments.rows.contains(&row);
    let mysql = if arguments.no_mysql { None } else { Some(MySql::start()?) };
    let world = World::new(mysql)?;
    let mut told = Told::default();
    if wants(5) {
        told.add(open_data::measure(world.simulator(), effort))?;
    }
    let few = filled(&world, "few", effort.few)?;
    for database in &few {
        if wants(1) && database.kind == "SQLite" {
            told.add(session_check::cached(&world, database, effort))?;
        }
        if wants(2) {
            told.add(session_check::missed(&world, database, effort))?;
        }
        if wants(3) {
            told.add(login::known(&world, database, effort))?;
        }
        if wants(4) {
            told.add(login::first(&world, database, effort))?;
        }
        if wants(6) {
            told.add(start_up::measure(&world, database, effort))?;
        }
    }
    if [1, 2, 6, 7, 8].into_iter().any(wants) {
        measure_many(&world, &few, effort, wants, &mut told)?;
    }
    if arguments.rows.is_empty() {
        let run = format!("{} {} rounds, turns of {} s.", machine(), effort.rounds, effort.seconds);
        fs::write(&arguments.output, page(&told.0, &run)).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// The rows that need many users stored.
fn measure_many(
    world: &World,
    few: &[rows::Filled],
    effort: Effort,
    wants: impl Fn(u8) -> bool,
    told: &mut Told,
) -> Result<(), String> {
    say(&format!("storing {} users", effort.many));
    let many = filled(world, "many", effort.many)?;
    for (few, many) in few.iter().zip(&many) {
        if many.kind == "SQLite" {
            if wants(7) {
                told.add(memory::measure(world, many, effort))?;
            }
            if wants(1) {
                told.add(session_check::cached(world, many, effort))?;
            }
        }
        if wants(8) {
            told.add(session_check::many_against_few(world, few, many, effort))?;
            told.add(login::many_against_few(world, few, many, effort))?;
            told.add(start_up::measure(world, many, effort))?;
        }
    }
    Ok(())
}

/// What the numbers were taken on, as far as that matters to a ratio.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let model = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split_once(':')).map_or("unknown", |(_, name)| name.trim());
    format!("Machine: {cores} cores, {model}.")
}
