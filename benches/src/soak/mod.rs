//! A soak: a mixed load for long, and whether memory, descriptors, latencies and tables stay flat.

mod history;
mod mix;
mod pace;
mod page;
mod picture;
mod quantity;
mod run;
mod sample;
mod trend;

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, ValueEnum};

use self::{
    page::{failures, page, table},
    picture::{CHINESE, ENGLISH, picture},
    run::{Plan, Run},
};
use crate::{
    log, print,
    servers::built,
    world::{MySql, World},
    write,
};

/// Minutes below which a run proves nothing. What is kept for the shortest time, the codes of logins, is kept for five
/// minutes, and swept once a minute: that has to fit into the warm-up.
const PROVES_FROM: f64 = 18.0;

/// How MySQL is run: its buffer pool holds what is read and written every day, as the chapter on planning asks for.
const MYSQL: [&str; 2] = ["--innodb-buffer-pool-size=1G", "--innodb-redo-log-capacity=1G"];

/// The runs on which the page is based.
const RUNS: &str = "docs/soak.json";
const PAGE: &str = "docs/soak.md";
const PICTURES: [(&str, picture::Words); 2] =
    [("docs/src/images/soak.svg", ENGLISH), ("docs/src/images/soak.zh-CN.svg", CHINESE)];

/// Run a mixed load at half of the highest rate that the server takes, and judge whether it could go on for ever.
///
/// MySQL runs in a container. The command fails if something is not flat.
#[derive(Args)]
pub(crate) struct Options {
    /// How long the load runs on each database. Less than 18 proves nothing. Finding the rate and writing the past take up
    /// to eight more: with the defaults, the command takes about 75 minutes.
    #[arg(long, default_value_t = 30.0, value_parser = minutes)]
    minutes: f64,

    /// The databases, one after the other.
    #[arg(long, value_enum, default_value_t = Databases::Both)]
    database: Databases,

    /// Put the runs into docs/soak.json, each in the place of the last one on its database, and write docs/soak.md and the
    /// pictures of the documentation anew.
    #[arg(long)]
    write: bool,

    /// Run nothing, and judge the runs in docs/soak.json.
    #[arg(long, conflicts_with_all = ["minutes", "database", "server"])]
    judge: bool,

    /// The server's program, if not the one beside this one.
    #[arg(long, value_name = "PROGRAM")]
    server: Option<PathBuf>,
}

/// The databases, as the page names them and in its order.
const KINDS: [&str; 2] = ["SQLite", "MySQL"];

/// The databases of a soak.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Databases {
    /// SQLite alone.
    Sqlite,
    /// MySQL alone.
    Mysql,
    /// SQLite, then MySQL.
    Both,
}

fn minutes(text: &str) -> Result<f64, String> {
    let minutes = text.parse::<f64>().map_err(|error| error.to_string())?;
    if (0.1..=1_440.0).contains(&minutes) { Ok(minutes) } else { Err("a number from 0.1 to 1440".to_owned()) }
}

/// Runs, or reads earlier runs, and judges.
pub(crate) fn soak(options: &Options) -> Result<(), String> {
    let is_short = options.minutes < PROVES_FROM;
    if is_short {
        let note =
            format!("a run of less than {PROVES_FROM} minutes proves nothing: it is over before it is warm");
        if options.write {
            return Err(note);
        }
        log(&note);
    }
    let runs = if options.judge { read(Path::new(RUNS))? } else { measure(options)? };
    print(&table(&runs));
    if options.write {
        record(&runs)?;
    }
    let failures = failures(&runs);
    if failures.is_empty() || is_short { Ok(()) } else { Err(format!("not flat: {}", failures.join("; "))) }
}

/// Puts the runs into the documentation. Those on other databases stay as they were.
fn record(new: &[Run]) -> Result<(), String> {
    let mut runs = read(Path::new(RUNS))?;
    runs.retain(|run| new.iter().all(|new| new.database != run.database));
    runs.extend_from_slice(new);
    runs.sort_by_key(|run| KINDS.iter().position(|kind| *kind == run.database));
    write(
        Path::new(RUNS),
        &format!("{}\n", serde_json::to_string(&runs).map_err(|error| error.to_string())?),
    )?;
    write(Path::new(PAGE), &page(&runs))?;
    for (path, words) in &PICTURES {
        write(Path::new(path), &picture(&runs, words))?;
    }
    Ok(())
}

fn measure(options: &Options) -> Result<Vec<Run>, String> {
    let server = match &options.server {
        // The servers run in another folder.
        Some(server) => server.canonicalize().map_err(|error| format!("{}: {error}", server.display()))?,
        None => built()?,
    };
    let mut runs = Vec::new();
    for kind in KINDS {
        let is_wanted = match options.database {
            Databases::Both => true,
            Databases::Sqlite => kind == "SQLite",
            Databases::Mysql => kind == "MySQL",
        };
        if is_wanted {
            runs.push(on(kind, server.clone(), Duration::from_secs_f64(60.0 * options.minutes))?);
        }
    }
    Ok(runs)
}

fn on(kind: &'static str, server: PathBuf, duration: Duration) -> Result<Run, String> {
    let mysql = (kind == "MySQL").then(|| MySql::start_with(&MYSQL)).transpose()?;
    let world = World::new(mysql)?;
    let url = |name: &str| match world.mysql_url(name) {
        Some(url) => Ok::<_, String>(format!("{}?ssl-mode=DISABLED", url?)),
        None => Ok(world.sqlite_url(name)),
    };
    let plan = Plan { server, kind, trial_url: url("trial")?, database_url: url("soak")?, duration };
    world.with_slow_wechat(|| plan.run(&world))
}

fn read(path: &Path) -> Result<Vec<Run>, String> {
    let refused = |error: String| format!("{}: {error}", path.display());
    let file = File::open(path).map_err(|error| refused(error.to_string()))?;
    serde_json::from_reader(BufReader::new(file)).map_err(|error| refused(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_tells_of_the_runs_on_record() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        let written = std::fs::read_to_string(root.join(PAGE)).unwrap();
        assert_eq!(written, page(&read(&root.join(RUNS)).unwrap()));
    }

    /// The shortest run of all. The server is that of the workspace's tests, which lies above this test's program.
    #[test]
    fn a_small_run_samples_everything_and_judges_it() {
        let program = std::env::current_exe().unwrap();
        let server = program.ancestors().nth(2).unwrap().join("yaoshi");
        assert!(server.is_file(), "cargo build --package yaoshi-server");
        let run = on("SQLite", server, Duration::from_secs(18)).unwrap();
        assert_eq!(run.samples.len(), 18, "one sample a second");
        let failed: f64 = run.samples.iter().map(|sample| sample.errors).sum();
        let steps: f64 = run.samples.iter().map(|sample| sample.rate).sum();
        // The other tests may keep the machine so busy that a step is told to retry.
        assert!(failed < steps / 100.0, "{failed} of {steps} steps failed");
        let lines = table(&[run]);
        assert!(!lines.contains("too few samples"), "{lines}");
        for name in
            ["resident memory", "descriptors", "percentile", "disk", "`sessions`", "`users`", "`push_inbox`"]
        {
            assert!(lines.contains(name), "{name}: {lines}");
        }
    }
}
