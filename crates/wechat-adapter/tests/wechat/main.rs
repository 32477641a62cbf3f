//! The adapter against a WeChat that plays what it is told, over real connections.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod answers;
mod configuration;
mod faults;
mod metrics;
mod replay;
mod secrets;
mod shedding;
mod tls;
