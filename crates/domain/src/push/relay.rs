use std::{sync::Arc, time::Duration};

use super::{
    Push, PushChange, PushContent, PushId, PushRelay, PushState, PushUpdate, RelayedPush,
    message::{Request, SUCCESS, says_success},
};
use crate::{
    app::Apps,
    sealing::{SealError, Sealer},
    store::{Attempt, Store},
    store_error::StoreError,
    time::{Clock, Timestamp},
    webhook::{WebhookEndpoint, WebhookOutcome, back_off},
};

/// What passing messages on needs of the world.
#[derive(Clone)]
pub struct RelayPushPorts {
    /// Where the inbox is kept.
    pub store: Arc<dyn Store>,
    /// Posts messages.
    pub relay: Arc<dyn PushRelay>,
    /// Seals answers.
    pub sealer: Arc<dyn Sealer>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// The apps that are served.
    pub apps: Arc<Apps>,
}

/// Why it is not on record what became of a message.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RelayPushError {
    /// The content could not be opened, or the answer not sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Passes one message on to the back end of its app, once.
#[derive(Clone)]
pub struct RelayPush {
    pub(super) ports: RelayPushPorts,
}

impl RelayPush {
    /// Passes messages on with these ports.
    pub const fn new(ports: RelayPushPorts) -> Self {
        Self { ports }
    }

    /// Sends `push` as it is on record, which says `message`, and records how that ended. Returns the answer if the back end has dealt with
    /// the message; so also if it did at another try meanwhile.
    pub(super) async fn execute(
        &self,
        endpoint: &WebhookEndpoint,
        push: &Push,
        message: &str,
        limit: Duration,
    ) -> Result<Option<String>, RelayPushError> {
        let Push { id, app_id, received_at, event, .. } = push;
        let relayed = RelayedPush { id: *id, app_id, received_at: *received_at, message };
        let result = self.ports.relay.relay(endpoint, &relayed, limit).await;
        let outcome = WebhookOutcome::from(&result);
        let response = result.ok().filter(|response| Request::of_event(event.as_str()).is_met_by(response));
        let answer = response.map(|response| answer_of(response.body));
        // What was read before the request is good enough to decide on, unless somebody has changed it.
        let mut known = Some(push.clone());
        self.ports.store.settle(|| self.record(*id, known.take(), message, outcome, answer.as_deref())).await
    }

    async fn record(
        &self,
        id: PushId,
        known: Option<Push>,
        message: &str,
        outcome: WebhookOutcome,
        answer: Option<&str>,
    ) -> Result<Attempt<Option<String>>, RelayPushError> {
        let RelayPushPorts { store, sealer, clock, .. } = &self.ports;
        let unchanged = || Ok(Attempt::unchanged(answer.map(str::to_owned)));
        let push = match known {
            Some(push) => Some(push),
            None => store.pushes().get(id).await?,
        };
        let Some(push) = push else { return unchanged() };
        if push.state == PushState::Delivered {
            let known = push.content(&**sealer)?.and_then(|content| content.answer);
            return known.map_or_else(unchanged, |known| Ok(Attempt::unchanged(Some(known))));
        }
        let content = match answer {
            Some(answer) if push.content.is_some() => {
                let content = PushContent { message: message.to_owned(), answer: Some(answer.to_owned()) };
                Some(content.seal(id, &**sealer)?)
            }
            Some(_) | None => None,
        };
        let update = PushUpdate { content, ..tried(&push, outcome, answer.is_some(), clock.now()) };
        let changes = [PushChange::Update(update)].into_iter().collect();
        Ok(Attempt::new(changes, answer.map(str::to_owned)))
    }
}

/// What WeChat is told: `success` where that is what the body means, in whatever words.
fn answer_of(body: String) -> String {
    if body.is_empty() || says_success(&body) { SUCCESS.to_owned() } else { body }
}

/// What a try changes.
fn tried(push: &Push, outcome: WebhookOutcome, is_delivered: bool, now: Timestamp) -> PushUpdate {
    // Of an erased person's message there is nothing left that could be sent.
    let is_left = push.content.is_some();
    let tries = push.tries.saturating_add(1);
    let delay = back_off(tries, now.distance(push.received_at)).filter(|_| is_left && !is_delivered);
    let next_try_at = delay.map(|delay| now.plus(delay));
    let state = match (is_delivered, next_try_at) {
        (true, _) => PushState::Delivered,
        (false, Some(_)) => PushState::Waiting,
        (false, None) => PushState::Undelivered,
    };
    PushUpdate { state, tries, next_try_at, outcome: Some(outcome), ..PushUpdate::of(push) }
}
