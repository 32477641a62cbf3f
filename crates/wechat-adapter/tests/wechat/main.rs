//! The adapter against a mock of WeChat's API, over real connections.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod access_tokens;
mod configuration;
mod faults;
mod metrics;
mod mock_server;
mod phone_numbers;
mod replies;
mod secrets;
mod shedding;
mod tls;
