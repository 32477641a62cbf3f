use std::path::Path;

use clap::Args;
use domain::{
    event::{EventFilter, EventKind},
    ids::UserId,
};
use http_api::EventBody;

use super::{CommandError, operator::as_operator, print, table::print_line, users::print_json};

/// The most events that one call prints.
const MOST: u32 = 10_000;

#[derive(Args, Debug)]
pub(super) struct EventsOptions {
    /// Only what happened to this user
    #[arg(long, value_name = "ID", conflicts_with = "kind")]
    user: Option<UserId>,
    /// Only events of this kind, such as user_blocked
    #[arg(long, value_parser = kind)]
    kind: Option<EventKind>,
    /// How many, the latest first
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST)))]
    limit: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn kind(text: &str) -> Result<EventKind, String> {
    let known = EventKind::ALL.iter().find(|kind| kind.as_str() == text);
    let names = || EventKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    known.copied().ok_or_else(|| format!("must be one of {}", names()))
}

/// Prints what happened, the latest first.
pub(super) fn run(config: Option<&Path>, options: &EventsOptions) -> Result<(), CommandError> {
    as_operator(config, async |operator| {
        let filter = match (options.user, options.kind) {
            (Some(user), _) => EventFilter::User(user),
            (None, Some(kind)) => EventFilter::Kind(kind),
            (None, None) => EventFilter::All,
        };
        let events = operator.store().events().latest(&filter, None, options.limit).await?;
        let events: Vec<_> = events.into_iter().map(EventBody::from).collect();
        if options.json {
            return print_json(&events);
        }
        if events.is_empty() {
            return print("nothing has happened");
        }
        events.iter().try_for_each(print_line)
    })
}
