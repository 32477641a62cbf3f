//! `cargo xtask fleet`.

use crate::{
    clients::Clients,
    run::{Failure, cargo, run},
    server,
};

/// Builds the server for release, and the clients, and sends simulated phones through all ways to log in.
pub(crate) fn fleet(arguments: &[String]) -> Result<(), Failure> {
    run(&mut cargo(&["build", "--release", "--locked", "--package", "yaoshi-server"]))?;
    let clients = Clients::install()?;
    clients.build()?;
    let server = server::target_folder()?.join("release").join("yaoshi");
    clients.fleet(&server, arguments)
}
