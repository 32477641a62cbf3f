use std::time::Duration;

use futures::future::join_all;

use super::{Push, PushChange, PushUpdate, RelayPush, RelayPushError};
use crate::{app::AppId, store::Committed, webhook::WebhookEndpoint};

/// How many messages are sent at the same time.
const BATCH: u32 = 16;

/// How long a back end has to answer where WeChat does not wait for it.
const LIMIT: Duration = Duration::from_secs(10);

/// How long a message is left to the instance that sends it: longer than a try takes.
const CLAIMED_FOR: Duration = Duration::from_secs(30);

/// How many messages were sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relayed {
    /// The back end has dealt with so many.
    pub delivered: u64,
    /// So many will be sent again, or were given up.
    pub failed: u64,
}

/// Sends the messages of an app that wait for its back end. Any number of instances can do so: each message is claimed
/// first.
pub struct RelayWaiting {
    relay: RelayPush,
    app_id: AppId,
}

impl RelayWaiting {
    /// Sends the messages of `app_id` by `relay`.
    pub const fn new(relay: RelayPush, app_id: AppId) -> Self {
        Self { relay, app_id }
    }

    /// The app whose messages are sent.
    pub const fn app_id(&self) -> &AppId {
        &self.app_id
    }

    /// Sends a batch of those that are due.
    pub async fn execute(&self) -> Result<Relayed, RelayPushError> {
        let ports = &self.relay.ports;
        let app = ports.apps.get(&self.app_id);
        let push = app.and_then(|app| app.push.as_ref());
        let Some(endpoint) = push.and_then(|push| push.relay.as_ref()) else { return Ok(Relayed::default()) };
        let due = ports.store.pushes().due(&self.app_id, ports.clock.now(), BATCH).await?;
        let sent = join_all(due.iter().map(|push| self.send(endpoint, push))).await;
        let mut relayed = Relayed::default();
        for sent in sent {
            // One that fails does not hold up those after it: it is claimed, and comes again later.
            match sent? {
                Some(true) => relayed.delivered += 1,
                Some(false) => relayed.failed += 1,
                None => {}
            }
        }
        Ok(relayed)
    }

    /// Sends a message, unless another instance does. Returns whether the back end has dealt with it.
    async fn send(&self, endpoint: &WebhookEndpoint, push: &Push) -> Result<Option<bool>, RelayPushError> {
        let ports = &self.relay.ports;
        let next_try_at = Some(ports.clock.now().plus(CLAIMED_FOR));
        let claim = PushUpdate { next_try_at, ..PushUpdate::of(push) };
        match ports.store.commit([PushChange::Update(claim)].into_iter().collect()).await? {
            Committed::Conflict => Ok(None),
            Committed::Done => {
                let claimed = Push { next_try_at, version: push.version.next(), ..push.clone() };
                let Some(content) = claimed.content(&*ports.sealer)? else { return Ok(None) };
                let answer = self.relay.execute(endpoint, &claimed, &content.message, LIMIT).await?;
                Ok(Some(answer.is_some()))
            }
        }
    }
}
