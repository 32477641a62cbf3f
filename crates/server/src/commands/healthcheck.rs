use std::{path::Path, time::Duration};

use http::StatusCode;
use tokio::{runtime::Builder, time::timeout};

use super::{CommandError, print, sources};
use crate::{
    client::{Request, local_address, send},
    configuration::{Configuration, Purpose},
};

/// Longer than the server's own timeout for its database, and shorter than Docker's for this command.
const TIMEOUT: Duration = Duration::from_millis(2500);

pub(super) fn run(config: Option<&Path>) -> Result<(), CommandError> {
    let configuration = Configuration::read(&sources(config)?, Purpose::Development)?;
    let address = local_address(configuration.http.listen);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let response = async { timeout(TIMEOUT, send(address, Request::get("/readyz"))).await };
    match runtime.block_on(response) {
        Ok(Ok(response)) if response.status == StatusCode::OK => print("ready"),
        Ok(Ok(response)) => {
            Err(format!("{address} is not ready: it responds with {}", response.status).into())
        }
        Ok(Err(error)) => Err(format!("{address} does not respond: {error}").into()),
        Err(_) => Err(format!("{address} does not respond within {} ms", TIMEOUT.as_millis()).into()),
    }
}
