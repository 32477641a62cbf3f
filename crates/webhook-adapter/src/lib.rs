//! Webhooks over HTTP: signed messages to back ends of the team, by the specification Standard Webhooks.
//!
//! [`WebhookClient`] is the adapter. It is careful in both directions. A back end may hang, or answer with more than
//! there is memory for: the time, the size of an answer and the number of requests on their way are limited. And its
//! address may be one of the server's own network: unless the endpoint allows that, connections are made to addresses
//! on the Internet only, which is checked for each address that the host's name resolves to.

mod addresses;
mod client;
mod configuration;
mod failing;
mod failure;
mod in_flight;
mod message;
mod resolver;
mod signature;
mod tls;

pub use client::WebhookClient;
pub use configuration::{InvalidWebhookConfig, WebhookConfig};
