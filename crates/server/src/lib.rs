//! Yaoshi, the self-hosted login server for WeChat Mini Programs.
//!
//! This crate puts the parts together. [`configuration`] is read, [`wiring`] puts adapters behind the
//! domain's ports, [`running`] starts and stops the whole, and every command of the binary is a file in
//! [`commands`].

mod background;
mod client;
pub mod clock;
pub mod commands;
pub mod configuration;
pub mod development;
mod limits;
pub mod logging;
mod metrics;
mod playground;
pub mod running;
pub mod wiring;
