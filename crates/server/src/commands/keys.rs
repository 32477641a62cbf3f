use clap::Args;
use crypto::{MasterKey, MasterKeyId};
use domain::time::Clock;

use super::{Failure, print};
use crate::clock::SystemClock;

#[derive(Args, Debug)]
pub(super) struct NewKeyOptions {
    /// The key's id, which every secret sealed with it will carry; by default k and today's date
    #[arg(long, value_name = "ID")]
    id: Option<MasterKeyId>,
}

pub(super) fn new(options: &NewKeyOptions) -> Result<(), Failure> {
    let id = options.id.clone().map_or_else(id_of_today, Ok)?;
    print(MasterKey::generate(id)?.expose_text().as_str())
}

fn id_of_today() -> Result<MasterKeyId, Failure> {
    let today = jiff::Timestamp::from_millisecond(SystemClock.now().as_millis())?;
    Ok(today.strftime("k%Y%m%d").to_string().parse()?)
}
