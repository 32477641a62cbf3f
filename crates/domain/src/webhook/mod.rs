//! Webhooks: signed requests to back ends of the team, by the specification Standard Webhooks.
//!
//! A back end that takes part hears of events. The commit that adds an event adds a [`Delivery`] for each webhook that is
//! told of its kind ([`EventOutbox`]), so that nothing is told that did not happen, and nothing that happened is not told.
//! One instance at a time sends the deliveries of a webhook ([`DeliverEvents`]), those of one user one after another.

mod back_off;
mod deliver;
mod delivery;
mod endpoint;
mod list;
mod outbox;
mod ports;
mod redeliver;
mod response;

#[cfg(feature = "mocks")]
pub use ports::MockEventSender;

pub use back_off::{FIRST_DELAY, back_off};
pub use deliver::{DeliverEvents, DeliverEventsPorts, Delivered};
pub use delivery::{Delivery, DeliveryId, DeliveryState, NewDelivery, OrderingKey};
pub use endpoint::{WebhookEndpoint, WebhookSecret, WebhookUrl};
pub use list::{ListWebhooks, MOST_COUNTED, WebhookOverview};
pub use outbox::EventOutbox;
pub use ports::{Deliveries, DeliveryChange, DeliveryFilter, DeliveryUpdate, EventSender, WebhookMessage};
pub use redeliver::{RedeliverEvent, RedeliverEventCommand, RedeliverEventError};
pub use response::{UnknownOutcome, WebhookFault, WebhookOutcome, WebhookResponse};

use crate::{
    event::EventKind,
    text::{is_visible_ascii, text},
};

text! {
    /// What a webhook is called.
    WebhookName, "1 to 64 visible ASCII characters", "1 到 64 个可见 ASCII 字符", |text| is_visible_ascii(text, 64)
}

/// A back end that is told of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// What it is called. Deliveries are on record under this name.
    pub name: WebhookName,
    /// Where it listens.
    pub endpoint: WebhookEndpoint,
    /// What it is told of.
    pub events: Vec<EventKind>,
}

/// The webhooks that are configured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Webhooks(Vec<Webhook>);

impl Webhooks {
    /// These webhooks, each of which has a name of its own.
    pub const fn new(all: Vec<Webhook>) -> Self {
        Self(all)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Webhook> {
        self.0.iter()
    }

    /// The one with this name.
    pub fn get(&self, name: &WebhookName) -> Option<&Webhook> {
        self.iter().find(|webhook| webhook.name == *name)
    }
}
