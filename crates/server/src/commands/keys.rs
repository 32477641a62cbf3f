use clap::Args;
use crypto::{IndexKey, MasterKey, MasterKeyId, new_webhook_secret};
use domain::time::Clock;

use super::{CommandError, print};
use crate::clock::SystemClock;

#[derive(Args, Debug)]
pub(super) struct NewKeyOptions {
    /// The key's id, which is stored with every secret that the key seals; by default k and today's date
    #[arg(long, value_name = "ID")]
    id: Option<MasterKeyId>,
    /// Print a key for `secrets.index_key` instead
    #[arg(long, conflicts_with = "id")]
    index: bool,
    /// Print a secret for webhooks instead, such as those that pushes are relayed by
    #[arg(long, conflicts_with_all = ["id", "index"])]
    webhook: bool,
}

pub(super) fn new(options: &NewKeyOptions) -> Result<(), CommandError> {
    if options.index {
        return print(IndexKey::generate()?.expose_text().as_str());
    }
    if options.webhook {
        return print(new_webhook_secret()?.expose_text().as_str());
    }
    let id = options.id.clone().map_or_else(todays_id, Ok)?;
    print(MasterKey::generate(id)?.expose_text().as_str())
}

fn todays_id() -> Result<MasterKeyId, CommandError> {
    let today = jiff::Timestamp::from_millisecond(SystemClock.now().as_millis())?;
    Ok(today.strftime("k%Y%m%d").to_string().parse()?)
}
