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
        let running = start(configuration, Overrides::default(), asked_to_stop()).await?;
        running.finished().await;
        Ok(())
    })
}
