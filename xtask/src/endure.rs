//! `cargo xtask endure`.

use crate::{
    clients::Clients,
    run::{Failure, program, run},
    server,
};

/// What it needs beside the server and the clients.
const SCRIPTS: [&str; 3] = ["scripts/container-engine", "scripts/mysql-image", "scripts/faketime"];

/// Builds the server for release, and breaks it and what it needs, again and again.
pub(crate) fn endure(arguments: &[String]) -> Result<(), Failure> {
    let clients = Clients::install()?;
    clients.build()?;
    let mut endure = clients.node("clients/endure/src/main.js");
    Clients::measure(&mut endure, arguments, || {
        SCRIPTS.iter().try_for_each(|script| run(&mut program(script, &[])))?;
        server::release()
    })
}
