use std::{path::Path, time::Duration};

use http::{Method, StatusCode};
use tokio::time::timeout;

use super::{Failure, print, runtime, sources};
use crate::{
    client::{Call, call, reachable},
    configuration::{Configuration, Purpose},
};

/// Longer than the server itself waits for its database.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn run(config: Option<&Path>) -> Result<(), Failure> {
    let configuration = Configuration::read(&sources(config)?, Purpose::Development)?;
    let address = reachable(configuration.http.listen);
    let answer = runtime()?.block_on(timeout(PATIENCE, call(address, Call::new(Method::GET, "/readyz"))));
    match answer {
        Ok(Ok(answer)) if answer.status == StatusCode::OK => print("ready"),
        Ok(Ok(answer)) => Err(format!("{address} is not ready: it answers {}", answer.status).into()),
        Ok(Err(error)) => Err(format!("{address} does not answer: {error}").into()),
        Err(_) => Err(format!("{address} does not answer within {} s", PATIENCE.as_secs()).into()),
    }
}
