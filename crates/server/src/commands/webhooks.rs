use std::{path::Path, sync::Arc, time::Duration};

use clap::{Args, Subcommand};
use crypto::OsIds;
use domain::{
    event::Actor,
    ids::{EventId, Ids},
    time::Clock,
    webhook::{
        DeliveryFilter, DeliveryId, DeliveryState, EventSender, RedeliverEvent, RedeliverEventCommand,
        Webhook, WebhookFault, WebhookMessage, WebhookName, WebhookResponse,
    },
};
use http_api::DeliveryBody;
use webhook_adapter::{WebhookClient, WebhookConfig};

use super::{
    CommandError,
    operator::{Operator, as_operator},
    print, runtime, sources,
    table::print_line,
    users::print_json,
};
use crate::{
    clock::SystemClock,
    configuration::{Configuration, Purpose},
};

/// The most deliveries that one call prints.
const MOST: u32 = 10_000;

/// How long a webhook has to answer.
const LIMIT: Duration = Duration::from_secs(8);

#[derive(Debug, Subcommand)]
pub(super) enum WebhooksCommand {
    /// Send a message of the type `test` to the configured webhooks, and print how that ended; exits 0 if all took it
    Test(TestOptions),
    /// Print the events that webhooks have not taken yet, the latest first
    List(ListOptions),
    /// Have a running server send an event again
    Redeliver(RedeliverOptions),
}

#[derive(Args, Debug)]
pub(super) struct TestOptions {
    /// Only the webhook with this name
    name: Option<WebhookName>,
}

#[derive(Args, Debug)]
pub(super) struct ListOptions {
    /// Only events for the webhook with this name
    #[arg(long)]
    webhook: Option<WebhookName>,
    /// Only events in this state: waiting or undelivered
    #[arg(long, value_parser = state)]
    state: Option<DeliveryState>,
    /// How many, the latest first
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST)))]
    limit: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args, Debug)]
pub(super) struct RedeliverOptions {
    /// The delivery's id, as `yaoshi webhooks list` prints it
    id: DeliveryId,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn state(text: &str) -> Result<DeliveryState, String> {
    let known = DeliveryState::ALL.iter().find(|state| state.as_str() == text);
    let names = || DeliveryState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(", ");
    known.copied().ok_or_else(|| format!("must be one of {}", names()))
}

pub(super) fn run(config: Option<&Path>, command: &WebhooksCommand) -> Result<(), CommandError> {
    match command {
        WebhooksCommand::Test(options) => test(config, options),
        WebhooksCommand::List(options) => {
            as_operator(config, async |operator| list(&operator, options).await)
        }
        WebhooksCommand::Redeliver(options) => {
            as_operator(config, async |operator| redeliver(&operator, options).await)
        }
    }
}

fn test(config: Option<&Path>, options: &TestOptions) -> Result<(), CommandError> {
    let configuration = Configuration::read(&sources(config)?, Purpose::Development)?;
    let is_meant = |webhook: &&Webhook| options.name.as_ref().is_none_or(|name| webhook.name == *name);
    let webhooks: Vec<_> = configuration.webhooks.iter().filter(is_meant).collect();
    match (webhooks.is_empty(), &options.name) {
        (true, Some(name)) => return Err(format!("no webhook is called {name}").into()),
        (true, None) => return Err("no webhooks are configured: there is no [[webhooks]]".into()),
        (false, _) => {}
    }
    let sender = WebhookClient::try_new(&WebhookConfig::default(), Arc::new(SystemClock))?;
    let ids = OsIds::try_new()?;
    let mut failed = 0;
    for webhook in &webhooks {
        let at = SystemClock.now();
        let message = WebhookMessage::Test { id: EventId::new(ids.next(at)), at };
        let answer = runtime()?.block_on(sender.send(&webhook.endpoint, &message, LIMIT));
        let took = i128::from(SystemClock.now().as_millis()) - i128::from(at.as_millis());
        match told(&answer) {
            Ok(text) => print(format_args!("ok      {}: {text} after {took} ms", webhook.name))?,
            Err(text) => {
                failed += 1;
                print(format_args!("FAILED  {}: {text} after {took} ms", webhook.name))?;
            }
        }
    }
    if failed == 0 { Ok(()) } else { Err(format!("{failed} of {} took no message", webhooks.len()).into()) }
}

/// What a webhook answered, or what that means and what to do.
fn told(answer: &Result<WebhookResponse, WebhookFault>) -> Result<String, String> {
    let advice = match answer {
        Ok(response) if response.is_success() => return Ok(format!("answered {}", response.status)),
        Ok(response) => {
            return Err(format!(
                "answered {}: only 200 to 299 mean that a message was taken",
                response.status
            ));
        }
        Err(WebhookFault::NotConnected) => "the host is unknown, nobody listens there, or TLS failed",
        Err(WebhookFault::PrivateAddress) => "only allow_private = true lets it be in a private network",
        Err(WebhookFault::TimedOut) => "there was no whole answer in time",
        Err(WebhookFault::ConnectionLost) => "the connection was lost before the answer was whole",
        Err(WebhookFault::Unreadable) => "the answer has more than 8 KiB, or is no UTF-8",
        Err(WebhookFault::Busy) => "too many requests are on their way",
    };
    Err(advice.to_owned())
}

async fn list(operator: &Operator, options: &ListOptions) -> Result<(), CommandError> {
    let filter = DeliveryFilter { webhook: options.webhook.clone(), state: options.state };
    let deliveries = operator.store().deliveries().latest(&filter, None, options.limit).await?;
    let deliveries: Vec<_> = deliveries.into_iter().map(DeliveryBody::from).collect();
    if options.json {
        return print_json(&deliveries);
    }
    if deliveries.is_empty() {
        return print("no event waits for a webhook");
    }
    deliveries.iter().try_for_each(print_line)
}

async fn redeliver(operator: &Operator, options: &RedeliverOptions) -> Result<(), CommandError> {
    let redeliver = RedeliverEvent::new(operator.store(), operator.ids(), operator.webhooks());
    let command = RedeliverEventCommand { id: options.id, by: Actor::Shell, origin: operator.origin() };
    let delivery = DeliveryBody::from(redeliver.execute(&command).await?);
    if options.json { print_json(&delivery) } else { print_line(&delivery) }
}
