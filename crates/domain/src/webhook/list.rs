use std::sync::Arc;

use super::{DeliveryState, Webhook, Webhooks};
use crate::{store::Store, store_error::StoreError};

/// More than so many events are not counted: there is something to look at in any case.
pub const MOST_COUNTED: u32 = 1_000;

/// A webhook, and what it has not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookOverview {
    /// The webhook.
    pub webhook: Webhook,
    /// How many events wait to be sent to it, up to [`MOST_COUNTED`].
    pub waiting: u64,
    /// How many were given up, up to [`MOST_COUNTED`].
    pub undelivered: u64,
}

/// Lists the webhooks that are configured.
pub struct ListWebhooks {
    store: Arc<dyn Store>,
    webhooks: Arc<Webhooks>,
}

impl ListWebhooks {
    /// Lists `webhooks`, with what is in `store` for them.
    pub fn new(store: Arc<dyn Store>, webhooks: Arc<Webhooks>) -> Self {
        Self { store, webhooks }
    }

    /// The webhooks, in the order of the configuration.
    pub async fn execute(&self) -> Result<Vec<WebhookOverview>, StoreError> {
        let mut webhooks = Vec::new();
        for webhook in self.webhooks.iter() {
            webhooks.push(WebhookOverview {
                webhook: webhook.clone(),
                waiting: self.count(webhook, DeliveryState::Waiting).await?,
                undelivered: self.count(webhook, DeliveryState::Undelivered).await?,
            });
        }
        Ok(webhooks)
    }

    async fn count(&self, webhook: &Webhook, state: DeliveryState) -> Result<u64, StoreError> {
        self.store.deliveries().count(&webhook.name, state, MOST_COUNTED).await
    }
}
