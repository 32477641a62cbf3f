//! One suite per port, run against every adapter of it.

pub mod code_exchange;
pub mod store;
