use std::path::Path;

use super::{CommandError, runtime, shutdown_token, sources};
use crate::{
    configuration::{Configuration, Purpose},
    logging,
    running::{RunOptions, run as start},
};

pub(super) fn run(config: Option<&Path>) -> Result<(), CommandError> {
    let configuration = Configuration::read(&sources(config)?, Purpose::Production)?;
    let _flush = logging::start(&configuration.log);
    runtime()?.block_on(async {
        let shutdown = shutdown_token()?;
        let start = start(configuration, RunOptions::default(), shutdown.clone().cancelled_owned());
        // Starting takes long if the database does not respond.
        tokio::select! {
            server = start => server?.stopped().await,
            () = shutdown.cancelled() => return Ok(()),
        };
        Ok(())
    })
}
