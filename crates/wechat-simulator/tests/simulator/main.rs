//! Tests of the simulator.
#![expect(clippy::unwrap_used, reason = "clippy does not recognize the tests' helper functions as test code")]

mod access_tokens;
mod controls;
mod endpoint_faults;
mod faults;
mod jscode2session;
mod login_states;
mod message_encryption;
mod open_data;
mod payments;
mod phone_numbers;
mod phones;
mod pushes;
mod serve;
mod server_payments;
mod signatures;
mod support;
