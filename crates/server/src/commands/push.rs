use std::path::Path;

use clap::{Args, Subcommand};
use domain::{
    event::Actor,
    push::{PushCommand as WantedPush, PushFilter, PushId, PushState, RedeliverPush, ShowPush},
};
use http_api::{PushBody, PushDetailsBody};

use super::{
    CommandError,
    operator::{Operator, as_operator},
    print,
    table::{print_line, print_record},
    users::print_json,
};

/// The most messages that one call prints.
const MOST: u32 = 10_000;

#[derive(Debug, Subcommand)]
pub(super) enum PushCommand {
    /// Print what WeChat pushed, the latest first, without the contents
    List(ListOptions),
    /// Print a message whole, and what a back end answered; that is an event
    Show(PushOptions),
    /// Have a running server send a message to the back end of its app again, whatever became of it
    Redeliver(PushOptions),
}

#[derive(Args, Debug)]
pub(super) struct PushOptions {
    /// The message's id, as `yaoshi push list` prints it
    id: PushId,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args, Debug)]
pub(super) struct ListOptions {
    /// Only messages in this state: applied, kept, waiting, delivered or undelivered
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
    let names = || PushState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(", ");
    known.copied().ok_or_else(|| format!("must be one of {}", names()))
}

pub(super) fn run(config: Option<&Path>, command: &PushCommand) -> Result<(), CommandError> {
    as_operator(config, async |operator| match command {
        PushCommand::List(options) => list(&operator, options).await,
        PushCommand::Show(options) => show(&operator, options).await,
        PushCommand::Redeliver(options) => redeliver(&operator, options).await,
    })
}

async fn list(operator: &Operator, options: &ListOptions) -> Result<(), CommandError> {
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
}

async fn show(operator: &Operator, options: &PushOptions) -> Result<(), CommandError> {
    let show = ShowPush::new(operator.store(), operator.sealer(), operator.ids());
    let push = PushDetailsBody::from(show.execute(&wanted(operator, options.id)).await?);
    if options.json { print_json(&push) } else { print_record(&push) }
}

async fn redeliver(operator: &Operator, options: &PushOptions) -> Result<(), CommandError> {
    let redeliver = RedeliverPush::new(operator.store(), operator.ids(), operator.apps());
    let push = PushBody::from(redeliver.execute(&wanted(operator, options.id)).await?);
    if options.json { print_json(&push) } else { print_line(&push) }
}

fn wanted(operator: &Operator, id: PushId) -> WantedPush {
    WantedPush { id, by: Actor::Shell, origin: operator.origin() }
}
