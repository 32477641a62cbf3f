use std::path::Path;

use persistence::SchemaError;

use super::{CommandError, print, runtime, sources};
use crate::{
    configuration::{Configuration, Purpose},
    logging,
    running::open_database,
};

pub(super) fn run(config: Option<&Path>) -> Result<(), CommandError> {
    let configuration = Configuration::read(&sources(config)?, Purpose::Development)?;
    let _flush = logging::start(&configuration.log);
    runtime()?.block_on(async {
        let database = open_database(&configuration.database).await?;
        let pending = match database.check_schema().await {
            Ok(()) => return print("nothing to do: the tables are up to date"),
            Err(SchemaError::Pending { pending }) => pending,
            Err(error @ (SchemaError::Locked | SchemaError::Database(_))) => return Err(error.into()),
        };
        database.migrate().await?;
        database.close().await;
        pending.iter().try_for_each(|name| print(format_args!("ran {name}")))
    })
}
