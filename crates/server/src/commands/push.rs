use std::path::Path;

use clap::{Args, Subcommand};
use domain::push::{PushFilter, PushState};
use http_api::PushBody;

use super::{CommandError, operator::as_operator, print, table::print_line, users::print_json};

/// The most messages that one call prints.
const MOST: u32 = 10_000;

#[derive(Debug, Subcommand)]
pub(super) enum PushCommand {
    /// Print what WeChat pushed, the latest first, without the contents
    List(ListOptions),
}

#[derive(Args, Debug)]
pub(super) struct ListOptions {
    /// Only messages in this state: applied, kept or waiting
    #[arg(long, value_parser = state)]
    state: Option<PushState>,
    /// How many, the latest first
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST)))]
    limit: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn state(text: &str) -> Result<PushState, String> {
    let known = PushState::ALL.iter().find(|state| state.as_str() == text);
    known.copied().ok_or_else(|| "must be applied, kept or waiting".to_owned())
}

pub(super) fn run(config: Option<&Path>, command: &PushCommand) -> Result<(), CommandError> {
    let PushCommand::List(options) = command;
    as_operator(config, async |operator| {
        let filter = options.state.map_or(PushFilter::All, PushFilter::State);
        let pushes = operator.store().pushes().latest(&filter, None, options.limit).await?;
        let pushes: Vec<_> = pushes.into_iter().map(PushBody::from).collect();
        if options.json {
            return print_json(&pushes);
        }
        if pushes.is_empty() {
            return print("WeChat has pushed nothing");
        }
        pushes.iter().try_for_each(print_line)
    })
}
