//! Webhooks: signed requests to back ends of the team, by the specification Standard Webhooks.

mod back_off;
mod endpoint;
mod response;

pub use back_off::{FIRST_DELAY, back_off};
pub use endpoint::{WebhookEndpoint, WebhookSecret, WebhookUrl};
pub use response::{WebhookFault, WebhookOutcome, WebhookResponse};
