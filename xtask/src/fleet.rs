//! `cargo xtask fleet`.

use crate::{clients::Clients, run::Failure, server};

/// Builds the server for release, and the clients, and sends simulated phones through all ways to log in.
pub(crate) fn fleet(arguments: &[String]) -> Result<(), Failure> {
    let clients = Clients::install()?;
    clients.build()?;
    let mut fleet = clients.npm(&["run", "--silent", "start", "--workspace", "yaoshi-fleet", "--"]);
    Clients::measure(&mut fleet, arguments, server::release)
}
