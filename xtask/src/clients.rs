//! The clients: an npm workspace beside the Cargo one, built and tested with Node.js.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    counts::Counts,
    run::{Failure, Stream, output, program, root, run, variable, watch},
};

/// The npm workspace, with its packages installed.
pub(crate) struct Clients {
    path: OsString,
    chromium: PathBuf,
}

impl Clients {
    /// Installs Node.js and Chromium where they are missing, then the packages.
    pub(crate) fn install() -> Result<Self, Failure> {
        let node = path_printed_by("scripts/node")?;
        let chromium = path_printed_by("scripts/chromium")?;
        let others = variable("PATH").unwrap_or_default();
        let folders = std::iter::once(node).chain(env::split_paths(&others));
        let path = env::join_paths(folders).map_err(|error| error.to_string())?;
        let clients = Self { path, chromium };
        run(&mut clients.npm(&["ci", "--no-audit", "--no-fund"]))?;
        Ok(clients)
    }

    /// Format and lint.
    pub(crate) fn lint(&self) -> Result<(), Failure> {
        run(&mut self.npm(&["run", "lint"]))
    }

    /// Compiles every package.
    pub(crate) fn build(&self) -> Result<(), Failure> {
        run(&mut self.npm(&["run", "build"]))
    }

    /// Writes the committed files that are generated.
    pub(crate) fn generate(&self) -> Result<(), Failure> {
        run(&mut self.npm(&["run", "generate"]))
    }

    /// Fails when a committed file is not what [`Self::generate`] would write, or a package is too large.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        run(&mut self.npm(&["run", "check"]))
    }

    /// Runs every package's tests against this server.
    pub(crate) fn test(&self, server: &Path, counts: &mut Counts) -> Result<(), Failure> {
        let mut tests = self.npm(&["test"]);
        tests.env("YAOSHI_BIN", server).env("CHROMIUM", &self.chromium);
        let passed = watch(&mut tests, Stream::Out, |line| {
            if let Some(more) = Counts::from_line(line) {
                *counts += more;
            }
        })?;
        if passed { Ok(()) } else { Err("npm test failed".to_owned()) }
    }

    /// Runs a measurement against the server that `server` builds. Its help needs none.
    pub(crate) fn measure(
        measurement: &mut Command,
        arguments: &[String],
        server: impl FnOnce() -> Result<PathBuf, Failure>,
    ) -> Result<(), Failure> {
        if !arguments.iter().any(|argument| matches!(&**argument, "--help" | "-h")) {
            measurement.env("YAOSHI_BIN", server()?);
        }
        run(measurement.args(arguments))
    }

    /// A Node.js script.
    pub(crate) fn node(&self, script: &str) -> Command {
        let mut node = program("node", &[script]);
        node.env("PATH", &self.path);
        node
    }

    /// An npm command.
    pub(crate) fn npm(&self, arguments: &[&str]) -> Command {
        let mut npm = program("npm", arguments);
        npm.current_dir(root().join("clients")).env("PATH", &self.path);
        npm
    }
}

fn path_printed_by(script: &str) -> Result<PathBuf, Failure> {
    let line = output(&mut program(script, &[]))?;
    let line = String::from_utf8(line).map_err(|error| format!("{script}: {error}"))?;
    Ok(PathBuf::from(line.trim_end()))
}
