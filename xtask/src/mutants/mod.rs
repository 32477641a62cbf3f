//! `cargo xtask mutants`: changes the code in small ways, one at a time, and counts the changes that no test notices.

mod outcomes;
mod parts;
mod record;
mod report;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;
use serde::Deserialize;

use self::{
    parts::{PARTS, Part},
    record::Record,
};
use crate::{
    machine,
    run::{Failure, builder, output, print, root},
    server, tools,
};

/// Results of earlier runs, and the page made of them.
const RECORD: &str = "docs/mutants.json";
const PAGE: &str = "docs/mutants.md";

/// More at once need more memory than they save time.
const MOST_AT_ONCE: usize = 4;

/// Which mutants are tried.
#[derive(Args)]
pub(crate) struct Options {
    /// Try the mutants of this file, or of those that match, instead of all. May be given more than once.
    #[arg(long = "file", value_name = "GLOB")]
    files: Vec<String>,
    /// Write the results of these files into docs/mutants.json, and docs/mutants.md anew. Other files stay as they were.
    #[arg(long)]
    write: bool,
}

/// A mutant that was not tried.
#[derive(Deserialize)]
struct Listed {
    file: String,
}

/// Tries mutants, and fails where too many are missed or one is missed without a reason.
pub(crate) fn mutants(options: &Options) -> Result<(), Failure> {
    let cargo_mutants = tools::cargo_mutants()?;
    let mut tried = BTreeMap::new();
    for (part, files) in parts::chosen(&options.files)? {
        tried.extend(outcomes::read(&run(&cargo_mutants, part, &files)?, &machine::today()?)?);
    }
    print(&format!("\n{}", report::table(&tried)));
    let mut record = Record::read(&root().join(RECORD))?;
    record.replace(tried);
    if options.write {
        let files = files(&cargo_mutants)?;
        record.retain(&files);
        record.write(&root().join(RECORD))?;
        let page = root().join(PAGE);
        fs::write(&page, report::page(&record, &files))
            .map_err(|error| format!("{}: {error}", page.display()))?;
        print(&format!("{RECORD} and {PAGE} written"));
    }
    report::complaints(&record).map_or(Ok(()), Err)
}

/// Runs cargo-mutants on files of a part, and returns the file in which it tells what became of each mutant.
fn run(cargo_mutants: &Path, part: &Part, files: &[&str]) -> Result<PathBuf, Failure> {
    let folder = server::target_folder()?.join("mutants");
    let outcomes = folder.join("mutants.out/outcomes.json");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    // What an earlier run left must not count as this one's.
    let _ = fs::remove_file(&outcomes);
    let mut command = builder(cargo_mutants, &["mutants", "--no-times"]);
    // Each copy of the workspace is built in a folder of its own, or they would wait for each other.
    command.env_remove("CARGO_TARGET_DIR").env("CARGO_PROFILE_DEV_DEBUG", "none");
    command.arg("--jobs").arg(machine::cores().min(MOST_AT_ONCE).to_string());
    command.arg("--output").arg(&folder);
    name_each(&mut command, "--file", files);
    // Not `--test-package`: before the first mutant, it would still run the tests of the part's own package alone.
    let packages = part.test_packages.iter().map(|package| format!("--cargo-arg=--package={package}"));
    let programs = part.programs.iter().map(|program| format!("--cargo-arg=--test={program}"));
    command.args(packages).arg("--cargo-arg=--lib").args(programs);
    command.args(["--", "--"]);
    name_each(&mut command, "--skip", part.skipped);
    // It also fails where mutants are missed, which is for us to judge.
    command.status().map_err(|error| format!("cargo-mutants could not be started: {error}"))?;
    Ok(outcomes)
}

/// The files that have mutants.
fn files(cargo_mutants: &Path) -> Result<BTreeSet<String>, Failure> {
    let mut command = builder(cargo_mutants, &["mutants", "--list", "--json"]);
    name_each(&mut command, "--file", &PARTS.map(|part| part.files));
    let listed = output(&mut command)?;
    let mutants: Vec<Listed> = serde_json::from_slice(&listed).map_err(|error| error.to_string())?;
    Ok(mutants.into_iter().map(|mutant| mutant.file).collect())
}

/// Gives an option as often as it has values.
fn name_each(command: &mut Command, option: &str, values: &[&str]) {
    for value in values {
        command.args([option, value]);
    }
}
