//! `cargo xtask bench` and `cargo xtask soak`.

use std::{fs, path::PathBuf, process::Command};

use crate::{
    run::{Failure, cargo, output, program, run, succeeds},
    server,
};

/// Builds server and benchmark for release, together, and measures: against the baselines, or against the server of
/// another git revision.
pub(crate) fn bench(against: Option<&str>, arguments: &[String]) -> Result<(), Failure> {
    let old_server = against.map(server_of).transpose()?;
    let mut benchmark = benchmark()?;
    if let Some(path) = old_server {
        benchmark.arg("--old-server").arg(path);
    }
    run(benchmark.args(arguments))
}

/// Builds server and benchmark for release, and runs a mixed load for long.
pub(crate) fn soak(arguments: &[String]) -> Result<(), Failure> {
    run(benchmark()?.arg("soak").args(arguments))
}

/// The benchmark, built for release together with the server.
fn benchmark() -> Result<Command, Failure> {
    let packages = ["--package", "yaoshi-server", "--package", "yaoshi-benches"];
    run(cargo(&["build", "--release", "--locked"]).args(packages))?;
    // `cargo run` would build it once more, with the features of this package alone.
    Ok(program(server::target_folder()?.join("release").join("yaoshi-bench"), &[]))
}

/// The release build of the server at `revision`, built on the first call and kept for later ones.
///
/// All revisions share one target folder, which is not this tree's: cargo tells by their age whether sources changed,
/// and would take what it built of one tree for the other's.
fn server_of(revision: &str) -> Result<PathBuf, Failure> {
    let commit =
        output(&mut git(&["rev-parse", "--verify", "--short=12", &format!("{revision}^{{commit}}")]))?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let folder = server::target_folder()?.join("against");
    let server = folder.join(format!("yaoshi-{commit}"));
    if server.exists() {
        return Ok(server);
    }
    let (source, target) = (folder.join("source"), folder.join("target"));
    // An interrupted build leaves one behind. A new one is younger than everything that was built.
    succeeds(git(&["worktree", "remove", "--force"]).arg(&source));
    run(git(&["worktree", "add", "--force", "--detach"]).arg(&source).arg(&commit))?;
    let build = ["build", "--release", "--locked", "--package", "yaoshi-server", "--target-dir"];
    run(cargo(&build).arg(&target).current_dir(&source))?;
    run(git(&["worktree", "remove", "--force"]).arg(&source))?;
    fs::copy(target.join("release").join("yaoshi"), &server)
        .map_err(|error| format!("{}: {error}", server.display()))?;
    Ok(server)
}

fn git(arguments: &[&str]) -> Command {
    program("git", arguments)
}
