//! `cargo xtask bench`.

use crate::run::{Failure, cargo, run};

/// Builds for release and measures.
pub(crate) fn bench(arguments: &[String]) -> Result<(), Failure> {
    run(cargo(&["run", "--release", "--locked", "--package", "yaoshi-benches", "--"]).args(arguments))
}
