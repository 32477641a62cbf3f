//! `cargo xtask fuzz`: builds the fuzz targets, runs each of them for some minutes and says what was found.

mod corpus;
mod report;
mod runs;
mod stats;
mod targets;

use std::{fs, path::PathBuf, time::Duration};

use clap::Args;

use self::{report::Row, runs::Runs, targets::Target};
use crate::{
    machine,
    run::{Failure, builder, cargo, output, print, program, root, run, succeeds},
    server, tools,
};

/// The page that `--write` writes.
const PAGE: &str = "docs/fuzzing.md";

/// Without the address sanitizer: our crates forbid `unsafe`, and without it a target runs about twice as often in the
/// same time and builds faster. libFuzzer finds panics, overflows, hangs and greed for memory all the same.
const BUILD: [&str; 4] = ["fuzz", "build", "--sanitizer", "none"];

/// Which targets run, and for how long.
#[derive(Args)]
pub(crate) struct Options {
    /// How long each target runs.
    #[arg(long, default_value_t = 10)]
    minutes: u64,
    /// Run this target alone. May be given more than once.
    #[arg(long = "target", value_name = "NAME")]
    targets: Vec<String>,
    /// Write the table into docs/fuzzing.md.
    #[arg(long, conflicts_with_all = ["targets", "output"])]
    write: bool,
    /// Write the page with the table into this file.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs the targets, keeps what they learned, and fails where one has found something.
pub(crate) fn fuzz(options: &Options) -> Result<(), Failure> {
    let targets = targets::chosen(&options.targets)?;
    let executables = build()?;
    let time = Duration::from_mins(options.minutes);
    let rows = Runs::new(targets, executables, time)?.all()?;
    let table = report::table(&rows);
    print(&format!("\n{table}"));
    let page = options.write.then(|| root().join(PAGE)).or_else(|| options.output.clone());
    if let Some(path) = page {
        let page = report::page(&table, options.minutes, &machine::here_and_now()?);
        fs::write(&path, page).map_err(|error| format!("{}: {error}", path.display()))?;
        print(&format!("{} written", path.display()));
    }
    match report::findings(&rows) {
        None => Ok(()),
        Some(findings) => Err(findings),
    }
}

/// Builds all targets, once, and returns the folder that they are in.
fn build() -> Result<PathBuf, Failure> {
    need_compilers()?;
    let cargo_fuzz = tools::cargo_fuzz()?;
    print("building the targets; the first time takes about fifteen minutes");
    // `cargo run` names its own cargo and toolchain.
    run(builder(cargo_fuzz, &BUILD).env_remove("CARGO").env("RUSTUP_TOOLCHAIN", "nightly"))?;
    let versions = output(program("rustc", &["-vV"]).env("RUSTUP_TOOLCHAIN", "nightly"))?;
    let versions = String::from_utf8_lossy(&versions);
    let host = versions.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc names no host")?;
    Ok(server::target_folder_of("fuzz/Cargo.toml")?.join(host).join("release"))
}

/// Installs a nightly compiler where there is none. libFuzzer comes as C++.
fn need_compilers() -> Result<(), Failure> {
    let has_nightly = || succeeds(&mut nightly(&["--version"]));
    if !has_nightly() {
        print("installing a nightly compiler");
        let install = ["toolchain", "install", "nightly", "--profile", "minimal"];
        if run(&mut program("rustup", &install)).is_err() || !has_nightly() {
            return Err("fuzzing needs a nightly compiler: `rustup toolchain install nightly`".to_owned());
        }
    }
    if succeeds(&mut program("c++", &["--version"])) {
        Ok(())
    } else {
        Err("libFuzzer is built from C++: install a compiler, such as Debian's package g++".to_owned())
    }
}

fn nightly(arguments: &[&str]) -> std::process::Command {
    let mut command = cargo(arguments);
    command.env_remove("CARGO").env("RUSTUP_TOOLCHAIN", "nightly");
    command
}
