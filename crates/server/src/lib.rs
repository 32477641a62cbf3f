//! Yaoshi, the self-hosted login server for WeChat Mini Programs.
//!
//! This crate assembles the server: [`configuration`] reads the settings, [`wiring`] connects adapters to the
//! ports of the domain, [`running`] starts and stops the server, and [`commands`] has a file for each command
//! of the binary.

mod background;
mod client;
pub mod clock;
mod clock_report;
pub mod commands;
pub mod configuration;
mod console;
pub mod development;
pub mod documentation;
pub mod hosts;
mod limits;
pub mod logging;
mod metrics;
mod operators;
pub mod passwords;
mod playground;
pub mod running;
mod static_file;
pub mod tasks;
pub mod wiring;
