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

    /// Write the samples here, as JSON.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write docs/soak.md, and the pictures of the documentation.
    #[arg(long)]
    write: bool,

    /// Run nothing, and judge the samples in these files.
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["minutes", "database", "output"])]
    merge: Vec<PathBuf>,

    /// The server's program, if not the one beside this one.
    #[arg(long, value_name = "PROGRAM")]
    server: Option<PathBuf>,
}

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
    let runs = if options.merge.is_empty() { measure(options)? } else { read_all(&options.merge)? };
    if let Some(path) = &options.output {
        write(path, &serde_json::to_string(&runs).map_err(|error| error.to_string())?)?;
    }
    print(&table(&runs));
    if options.write {
        write(Path::new(PAGE), &page(&runs))?;
        for (path, words) in &PICTURES {
            write(Path::new(path), &picture(&runs, words))?;
        }
    }
    if runs.iter().any(|run| run.seconds < 60.0 * PROVES_FROM) {
        log(&format!(
            "A run of less than {PROVES_FROM} minutes proves nothing: it is over before it is warm."
        ));
        return Ok(());
    }
    let failures = failures(&runs);
    if failures.is_empty() { Ok(()) } else { Err(format!("not flat: {}", failures.join("; "))) }
}

fn measure(options: &Options) -> Result<Vec<Run>, String> {
    let server = match &options.server {
        // The servers run in another folder.
        Some(server) => server.canonicalize().map_err(|error| format!("{}: {error}", server.display()))?,
        None => built()?,
    };
    let mut runs = Vec::new();
    for kind in ["SQLite", "MySQL"] {
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
    let mysql = (kind == "MySQL").then(MySql::start).transpose()?;
    let world = World::new(mysql)?;
    let url = |name: &str| match world.mysql_url(name) {
        Some(url) => Ok::<_, String>(format!("{}?ssl-mode=DISABLED", url?)),
        None => Ok(world.sqlite_url(name)),
    };
    let plan = Plan { server, kind, trial_url: url("trial")?, database_url: url("soak")?, duration };
    world.with_slow_wechat(|| plan.run(&world))
}

fn read_all(paths: &[PathBuf]) -> Result<Vec<Run>, String> {
    let mut runs = Vec::new();
    for path in paths {
        let refused = |error: String| format!("{}: {error}", path.display());
        let file = File::open(path).map_err(|error| refused(error.to_string()))?;
        let read: Vec<Run> =
            serde_json::from_reader(BufReader::new(file)).map_err(|error| refused(error.to_string()))?;
        runs.extend(read);
    }
    Ok(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

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
