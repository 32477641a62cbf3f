use std::path::Path;

use super::{Failure, asked_to_stop, runtime, sources};
use crate::{
    configuration::{Configuration, Purpose},
    logging,
    running::{Overrides, run as start},
};

pub(super) fn run(config: Option<&Path>) -> Result<(), Failure> {
    let configuration = Configuration::read(&sources(config)?, Purpose::Production)?;
    let _flush = logging::start(&configuration.log);
    runtime()?.block_on(async {
        let asked = asked_to_stop()?;
        let start = start(configuration, Overrides::default(), asked.clone().cancelled_owned());
        // Starting may take long where the database does not answer.
        tokio::select! {
            running = start => running?.finished().await,
            () = asked.cancelled() => return Ok(()),
        };
        Ok(())
    })
}
