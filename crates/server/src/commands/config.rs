use std::path::Path;

use super::{Failure, print, sources};
use crate::configuration::{Configuration, Purpose};

pub(super) fn check(config: Option<&Path>) -> Result<(), Failure> {
    let configuration = Configuration::read(&sources(config)?, Purpose::Production)?;
    print(format_args!("ok\n{}", configuration.summary()))
}
