//! How long operators wait for the pages of their console, with many users and events on record.

mod indexes;
mod operator;
mod pages;
mod rows;
mod scale;

use std::{fmt::Write, fs, path::PathBuf, time::Duration};

use self::{operator::Operator, pages::pages, scale::Scale};
use crate::{
    log, machine,
    servers::{Settings, built, free_address, migrate, serve_with},
    world::{APP, INDEX_KEY, MySql, SECRET, World},
};

/// The second app, within the same Open Platform account.
const SECOND_APP: &str = "wx0123456789abcde0";

const OPEN_PLATFORM: &str = "bench";

/// How long a page may take, at the 99th percentile.
const TARGET: Duration = Duration::from_millis(50);

/// How many requests are under way at a time.
const CONNECTIONS: [usize; 2] = [1, 4];

/// How MySQL is run. What is on record is larger than its buffer pool.
const MYSQL: [&str; 3] = ["--innodb-buffer-pool-size=2G", "--innodb-redo-log-capacity=2G", "--skip-log-bin"];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Users on record.
    #[arg(long, default_value_t = 1_000_000)]
    users: usize,

    /// Events on record.
    #[arg(long, default_value_t = 10_000_000)]
    events: usize,

    /// Diagnoses on record.
    #[arg(long, default_value_t = 100_000)]
    diagnoses: usize,

    /// Requests for each page, one at a time and again four at a time.
    #[arg(long, default_value_t = 300)]
    requests: usize,

    /// Without MySQL.
    #[arg(long)]
    no_mysql: bool,

    /// Measure on this database, which stays: it is filled where it is empty. May be given more than once.
    #[arg(long, value_name = "URL")]
    database: Vec<String>,

    /// Also write the table here.
    #[arg(long)]
    pub(crate) output: Option<PathBuf>,
}

/// Measures every page, and returns the table.
pub(crate) fn measure(options: &Options) -> Result<String, String> {
    let is_own = options.database.is_empty();
    let mysql = (is_own && !options.no_mysql).then(|| MySql::start_with(&MYSQL)).transpose()?;
    let world = World::new(mysql)?;
    let mut urls = options.database.clone();
    if is_own {
        urls.push(world.sqlite_url("console"));
        urls.extend(world.mysql_url("console").transpose()?);
    }
    let prepared = urls.iter().map(|url| prepared(&world, options, url)).collect::<Result<Vec<_>, _>>()?;
    fs::write(world.folder().join("yaoshi.toml"), configuration()).map_err(|error| error.to_string())?;
    let mut columns = Vec::new();
    for database in prepared {
        columns.extend(on(&world, options, database)?);
    }
    Ok(table(options, &columns))
}

/// What was measured at one number of requests at a time.
struct Column {
    title: String,
    /// Each page with its times in ascending order.
    times: Vec<(&'static str, Vec<Duration>)>,
}

impl Options {
    const fn scale(&self) -> Scale {
        Scale { users: self.users, events: self.events, diagnoses: self.diagnoses }
    }
}

/// A database that is filled.
struct Prepared {
    kind: &'static str,
    settings: Settings,
}

/// Fills a database, unless it is filled.
fn prepared(world: &World, options: &Options, url: &str) -> Result<Prepared, String> {
    let kind = if url.starts_with("mysql") { "MySQL" } else { "SQLite" };
    log(&format!("{kind}: {} users, {} events", options.users, options.events));
    let database_url = if kind == "MySQL" { format!("{url}?ssl-mode=DISABLED") } else { url.to_owned() };
    let settings = Settings { program: built()?, database_url: database_url.clone(), cache_capacity: 1_000 };
    migrate(world, &settings)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(rows::write(&database_url, options.scale()))?;
    Ok(Prepared { kind, settings })
}

/// Measures on one database.
fn on(
    world: &World,
    options: &Options,
    Prepared { kind, settings }: Prepared,
) -> Result<Vec<Column>, String> {
    let admin = free_address()?;
    let admin_listen = admin.to_string();
    let variables = [
        ("YAOSHI_HTTP__ADMIN_LISTEN", &*admin_listen),
        ("YAOSHI_SECRETS__INDEX_KEY", INDEX_KEY),
        ("YAOSHI_APP__ID", ""),
        ("YAOSHI_APP__SECRET", ""),
    ];
    let (name, password) = Operator::add(world, &settings, &variables)?;
    let _server = serve_with(world, &settings, &variables)?;
    let operator = Operator::sign_in(admin, &name, &password)?;
    let pages = pages(&operator, options.scale(), options.requests)?;
    let column = |connections| {
        let title = format!("{kind}, {connections} at a time");
        log(&title);
        let times = |page: &pages::Page| {
            let times = operator.times(&page.requests, options.requests, connections)?;
            log(&format!("{}: {}", page.what, shown(&times)));
            Ok((page.what, times))
        };
        Ok(Column { title, times: pages.iter().map(times).collect::<Result<_, String>>()? })
    };
    CONNECTIONS.into_iter().map(column).collect()
}

/// The apps, of which variables can name one only.
fn configuration() -> String {
    let app = |id| {
        format!(
            "[[apps]]\napp_id = \"{id}\"\napp_secret = \"{SECRET}\"\nopen_platform = \"{OPEN_PLATFORM}\"\n"
        )
    };
    [app(APP), app(SECOND_APP)].concat()
}

/// The value below which so many of a thousand are.
fn percentile(ascending: &[Duration], thousandths: usize) -> Duration {
    let index = (ascending.len() * thousandths).div_ceil(1_000).saturating_sub(1);
    ascending.get(index).copied().unwrap_or_default()
}

fn shown(ascending: &[Duration]) -> String {
    let [median, slow, slowest] = [500, 990, 1_000]
        .map(|thousandths| format!("{:.1}", percentile(ascending, thousandths).as_secs_f64() * 1_000.0));
    format!("{median} / {slow} / {slowest}")
}

fn table(options: &Options, columns: &[Column]) -> String {
    let Options { users, events, diagnoses, requests, .. } = options;
    let titles: Vec<_> = columns.iter().map(|column| &*column.title).collect();
    let mut table = format!(
        "{} {users} users, {events} events, {diagnoses} diagnoses; {requests} requests for each page.\n\n\
         | page | {} | |\n|---|{}---|\n",
        machine(),
        titles.join(" | "),
        "---|".repeat(columns.len())
    );
    for page in 0..columns.first().map_or(0, |column| column.times.len()) {
        let cells: Vec<_> = columns.iter().map(|column| &column.times[page]).collect();
        let what = cells.first().map_or("", |(what, _)| what);
        let is_fast = cells.iter().all(|(_, times)| percentile(times, 990) < TARGET);
        let cells: Vec<_> = cells.into_iter().map(|(_, times)| shown(times)).collect();
        let _ =
            writeln!(table, "| {what} | {} | {} |", cells.join(" | "), if is_fast { "✓" } else { "misses" });
    }
    table
}
