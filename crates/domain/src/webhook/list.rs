use std::sync::Arc;

use super::{DeliveryState, Webhook, Webhooks};
use crate::{store::Store, store_error::StoreError};

/// A webhook, and what it has not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookOverview {
    /// The webhook.
    pub webhook: Webhook,
    /// How many events wait to be sent to it.
    pub waiting: u64,
    /// How many were given up.
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
        if self.webhooks.iter().next().is_none() {
            return Ok(Vec::new());
        }
        let counts = self.store.deliveries().counts().await?;
        let count = |webhook: &Webhook, state: DeliveryState| {
            let is_it = |count: &&super::DeliveryCount| count.webhook == webhook.name && count.state == state;
            counts.iter().find(is_it).map_or(0, |count| count.count)
        };
        let overview = |webhook: &Webhook| WebhookOverview {
            webhook: webhook.clone(),
            waiting: count(webhook, DeliveryState::Waiting),
            undelivered: count(webhook, DeliveryState::Undelivered),
        };
        Ok(self.webhooks.iter().map(overview).collect())
    }
}
