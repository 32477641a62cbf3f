//! `cargo xtask bench`.

use crate::run::{Failure, cargo, run};

/// Builds server and benchmark for release, together, and measures.
pub(crate) fn bench(arguments: &[String]) -> Result<(), Failure> {
    let packages = ["--package", "yaoshi-server", "--package", "yaoshi-benches"];
    run(cargo(&["build", "--release", "--locked"]).args(packages))?;
    let benchmark =
        ["run", "--release", "--locked", "--package", "yaoshi-benches", "--bin", "yaoshi-bench", "--"];
    run(cargo(&benchmark).args(arguments))
}
