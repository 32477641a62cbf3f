use std::path::Path;

use clap::Args;

use super::{CommandError, connect, print, runtime, sources};
use crate::{
    configuration::{Configuration, Purpose},
    logging,
};

#[derive(Args, Debug)]
pub(super) struct CheckOptions {
    /// Also try the database, and WeChat with each app; print a line for each, and exit 1 if one failed
    #[arg(long)]
    connect: bool,
}

pub(super) fn check(config: Option<&Path>, options: &CheckOptions) -> Result<(), CommandError> {
    let configuration = Configuration::read(&sources(config)?, Purpose::Production)?;
    print(format_args!("ok\n{}", configuration.summary()))?;
    if options.connect {
        // WeChat's own words are in the log alone.
        let _flush = logging::start(&configuration.log);
        runtime()?.block_on(connect::try_all(&configuration))?;
    }
    Ok(())
}
