use std::path::Path;

use super::{CommandError, print, sources};
use crate::configuration::{Configuration, Purpose};

pub(super) fn check(config: Option<&Path>) -> Result<(), CommandError> {
    let configuration = Configuration::read(&sources(config)?, Purpose::Production)?;
    print(format_args!("ok\n{}", configuration.summary()))
}
