//! `cargo xtask generate`: the committed files that are generated.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    clients::Clients,
    run::{Failure, cargo, output, print, program, root, run},
    scale, server,
};

/// A committed file and the command of the binary that prints it.
struct Generated {
    path: &'static str,
    arguments: &'static [&'static str],
}

/// Every generated file.
const GENERATED: &[Generated] = &[
    Generated { path: "docs/src/openapi.json", arguments: &["openapi"] },
    Generated { path: "docs/src/admin-openapi.json", arguments: &["openapi", "--admin"] },
    Generated { path: "docs/src/errors.md", arguments: &["problems"] },
    Generated { path: "docs/zh/src/errors.md", arguments: &["problems", "--language", "zh"] },
    Generated { path: "docs/src/configuration.md", arguments: &["config", "reference"] },
];

impl Generated {
    fn content(&self, server: &Path) -> Result<Vec<u8>, Failure> {
        output(&mut program(server, self.arguments))
    }
}

/// Writes every generated file. Those of the clients come last: they are made from the others.
pub(crate) fn write() -> Result<(), Failure> {
    let server = build_server()?;
    for file in GENERATED {
        fs::write(root().join(file.path), file.content(&server)?)
            .map_err(|error| format!("{}: {error}", file.path))?;
        print(&format!("{} written", file.path));
    }
    for (path, content) in scale::chapters()? {
        fs::write(root().join(path), content).map_err(|error| format!("{path}: {error}"))?;
        print(&format!("{path} written"));
    }
    let clients = Clients::install()?;
    clients.build()?;
    clients.generate()
}

/// Fails when a generated file outside the clients is not what [`write()`] would write.
pub(crate) fn check() -> Result<(), Failure> {
    check_with(&build_server()?)
}

/// [`check`] with a server that is built already.
pub(crate) fn check_with(server: &Path) -> Result<(), Failure> {
    let mut stale = Vec::new();
    for file in GENERATED {
        // A missing file is as stale as a different one.
        if fs::read(root().join(file.path)).ok() != Some(file.content(server)?) {
            stale.push(file.path);
        }
    }
    for (path, content) in scale::chapters()? {
        if fs::read_to_string(root().join(path)).ok() != Some(content) {
            stale.push(path);
        }
    }
    if stale.is_empty() {
        Ok(())
    } else {
        Err(format!("run `cargo xtask generate`: {} is stale", stale.join(", ")))
    }
}

fn build_server() -> Result<PathBuf, Failure> {
    run(&mut cargo(&["build", "--quiet", "--locked", "--package", "yaoshi-server"]))?;
    server::path()
}
