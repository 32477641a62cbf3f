//! What one operation costs: CPU of the server and of the database, statements, commits, bytes, and calls to WeChat.
//!
//! A fixed number of turns is played on a few connections, and counters of the processes and of MySQL are read before
//! and after. What the server does at rest is measured first and subtracted.

mod meters;
mod operations;
mod report;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use self::{
    meters::{Figures, Meters},
    operations::{Operation, operations},
    report::{Cost, Costs, Memory, OfDatabase},
};
use crate::{
    load::now,
    log, machine,
    rows::{Database, databases, memory, session_check},
    servers::{Server, built, serve, serve_with},
    tables::Tables,
    today,
    world::{MySql, World},
    write,
};

/// How many requests are under way at a time.
const CONNECTIONS: usize = 16;

/// Users on record, with a session each. A payment needs a session_key, and as many users log in beforehand.
const USERS: usize = 1_000;

/// How long the server's background work, which runs every second, takes to catch up.
const SETTLE: Duration = Duration::from_millis(1_500);

/// Where the costs belong.
const COMMITTED: &str = "docs/costs.json";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How often each operation is done; the cheap ones ten times as often.
    #[arg(long, default_value_t = 3_000)]
    turns: usize,

    /// How many sessions are cached to measure what one takes.
    #[arg(long, default_value_t = 200_000)]
    sessions: usize,

    /// For how many seconds a server at rest is watched.
    #[arg(long, default_value_t = 20)]
    rest: u64,

    /// Without MySQL.
    #[arg(long)]
    no_mysql: bool,

    /// Also write the costs here, as JSON.
    #[arg(long)]
    json: Option<PathBuf>,

    /// Also write the table here.
    #[arg(long)]
    pub(crate) output: Option<PathBuf>,

    /// Write docs/costs.json, from which `cargo xtask generate` makes the chapter on scale.
    #[arg(long)]
    write: bool,
}

/// Measures on every database, and returns the table.
pub(crate) fn measure(options: &Options) -> Result<String, String> {
    let world = World::new((!options.no_mysql).then(MySql::start).transpose()?)?;
    let server = built()?;
    let mut of_databases = BTreeMap::new();
    for database in databases(&world, "costs", USERS, &server)? {
        of_databases.insert(database.kind, on(&world, &database, options)?);
    }
    log("memory");
    let many = databases(&world, "sessions", options.sessions, &server)?;
    let sqlite = many.first().ok_or("SQLite is always measured")?;
    let resident = memory::resident(&world, sqlite)?;
    let costs = Costs {
        made_by: "cargo xtask bench costs",
        date: today(),
        machine: machine(),
        build: if cfg!(debug_assertions) { "debug" } else { "release" },
        turns: options.turns,
        connections: CONNECTIONS,
        memory: Memory { idle_bytes: resident.idle, session_bytes: resident.each },
        databases: of_databases,
    };
    let committed = options.write.then(|| Path::new(COMMITTED));
    for path in options.json.as_deref().into_iter().chain(committed) {
        write(path, &costs.json()?)?;
    }
    Ok(costs.table())
}

/// Measures every operation on one database.
fn on(world: &World, database: &Database, options: &Options) -> Result<OfDatabase, String> {
    let mut costs = BTreeMap::new();
    let tables = Tables::open(&database.url)?;
    let subject = Subject { world, database, tables: &tables };
    let uncached = serve(world, &database.settings(0))?;
    let rest = at_rest(&subject.meters(&uncached)?, options.rest)?;
    let missed = operations::missed(&uncached, options.turns);
    costs.insert(missed.id, subject.cost_of(&uncached, &rest, &missed)?);
    drop(uncached);
    let (server, operations) = ready(world, database, options.turns)?;
    for operation in operations {
        costs.insert(operation.id, subject.cost_of(&server, &rest, &operation)?);
    }
    let row_bytes = Figures(tables.row_bytes()?).rounded();
    Ok(OfDatabase { rest_per_second: rest, operations: costs, row_bytes })
}

/// A server for everything that is measured, with each session in its cache and a session_key for each user.
fn ready(world: &World, database: &Database, turns: usize) -> Result<(Server, Vec<Operation>), String> {
    let variables = operations::variables(world)?;
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let server = serve_with(world, &database.settings(1_000_000), &variables)?;
    crate::rows::login::log_everybody_in(world, database, server.address())?;
    session_check::visit_all(&server, database)?;
    let operations = operations(world, database, &server, turns)?;
    Ok((server, operations))
}

/// What the server does in a second in which nobody asks.
fn at_rest(meters: &Meters<'_>, seconds: u64) -> Result<Figures, String> {
    thread::sleep(SETTLE);
    let (before, begun) = (meters.counters()?, now());
    thread::sleep(Duration::from_secs(seconds));
    Ok(((meters.counters()? - before) / begun.elapsed().as_secs_f64()).rounded())
}

/// A database whose servers are measured.
struct Subject<'a> {
    world: &'a World,
    database: &'a Database,
    tables: &'a Tables,
}

impl Subject<'_> {
    fn meters(&self, server: &Server) -> Result<Meters<'_>, String> {
        Meters::new(self.world, self.database, self.tables, server)
    }

    /// What a turn of this operation costs, less what the server does at rest.
    fn cost_of(&self, server: &Server, rest: &Figures, operation: &Operation) -> Result<Cost, String> {
        log(&format!("{}: {}", self.database.kind, operation.what));
        let meters = self.meters(server)?;
        (operation.play)(operation.warm_up)?;
        thread::sleep(SETTLE);
        let rows = Figures(self.tables.rows()?);
        let (before, begun) = (meters.counters()?, now());
        (operation.play)(operation.turns)?;
        thread::sleep(SETTLE);
        let (after, seconds) = (meters.counters()?, begun.elapsed().as_secs_f64());
        let rows = Figures(self.tables.rows()?) - rows;
        let turns = meters::number(operation.turns);
        let figures = ((after - before - rest.clone() * seconds) / turns).rounded();
        Ok(Cost {
            what: operation.what,
            turns: operation.turns,
            figures,
            rows: (rows / turns).rounded().without_zeros(),
        })
    }
}
