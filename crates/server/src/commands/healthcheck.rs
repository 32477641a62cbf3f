use std::{path::Path, time::Duration};

use http::{Method, StatusCode};
use tokio::{runtime::Builder, time::timeout};

use super::{Failure, print, sources};
use crate::{
    client::{Call, call, reachable},
    configuration::{Configuration, Purpose},
};

/// Longer than the server itself waits for its database, shorter than Docker waits for this.
const PATIENCE: Duration = Duration::from_millis(2500);

pub(super) fn run(config: Option<&Path>) -> Result<(), Failure> {
    let configuration = Configuration::read(&sources(config)?, Purpose::Development)?;
    let address = reachable(configuration.http.listen);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let asked = async { timeout(PATIENCE, call(address, Call::new(Method::GET, "/readyz"))).await };
    match runtime.block_on(asked) {
        Ok(Ok(answer)) if answer.status == StatusCode::OK => print("ready"),
        Ok(Ok(answer)) => Err(format!("{address} is not ready: it answers {}", answer.status).into()),
        Ok(Err(error)) => Err(format!("{address} does not answer: {error}").into()),
        Err(_) => Err(format!("{address} does not answer within {} ms", PATIENCE.as_millis()).into()),
    }
}
