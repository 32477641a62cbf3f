//! The simulator, rule by rule.
#![expect(clippy::unwrap_used, reason = "clippy knows only functions marked as tests as tests")]

mod controls;
mod faults;
mod jscode2session;
mod open_data;
mod phones;
mod serve;
mod support;
