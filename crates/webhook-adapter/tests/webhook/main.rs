//! The adapter against a back end of the test, over real connections.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod answers;
mod back_end;
mod in_flight;
mod logs;
mod private_addresses;
mod requests;
mod tls;
