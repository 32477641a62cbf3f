//! The real server against the simulator, over HTTP.
//!
//! A [`Stage`] is a database, migrated and of the test's own, and a simulated WeChat. [`Server`]s are started on
//! it as processes, configured by the environment alone, and are killed when dropped; an [`Api`] talks to one,
//! and a [`Phone`] does what a Mini Program does. Whatever a test asks, every answer is checked for what must
//! hold of all of them (see [`Call::send`]).

#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a test fails by panicking")]

mod api;
mod database;
mod eventually;
mod log;
mod phone;
mod problem;
mod process;
mod reply;
mod server;
mod stage;
mod transcript;

pub use api::{Api, Call};
pub use database::{Database, DatabaseKind};
pub use eventually::eventually;
pub use log::Log;
pub use phone::{OpenData, Phone};
pub use problem::Problem;
pub use reply::Reply;
pub use server::Server;
pub use stage::{APP_ID, APP_SECRET, MASTER_KEY, Stage};
pub use transcript::Transcript;
