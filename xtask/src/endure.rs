//! `cargo xtask endure`.

use crate::{
    clients::Clients,
    run::{Failure, cargo, program, run},
    server,
};

/// What it needs beside the server and the clients.
const SCRIPTS: [&str; 3] = ["scripts/container-engine", "scripts/mysql-image", "scripts/faketime"];

/// Builds the server for release, and breaks it and what it needs, again and again.
pub(crate) fn endure(arguments: &[String]) -> Result<(), Failure> {
    for script in SCRIPTS {
        run(&mut program(script, &[]))?;
    }
    run(&mut cargo(&["build", "--release", "--locked", "--package", "yaoshi-server"]))?;
    let server = server::target_folder()?.join("release").join("yaoshi");
    let clients = Clients::install()?;
    clients.build()?;
    clients.endure(&server, arguments)
}
