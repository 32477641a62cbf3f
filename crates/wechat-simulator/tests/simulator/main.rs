//! Tests of the simulator.
#![expect(clippy::unwrap_used, reason = "clippy does not recognize the tests' helper functions as test code")]

mod controls;
mod faults;
mod jscode2session;
mod open_data;
mod phones;
mod serve;
mod signatures;
mod support;
