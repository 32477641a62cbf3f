//! The real server against the simulator, over HTTP.
//!
//! Each test has a [`Fixture`]: a migrated database and a simulated WeChat. The fixture starts [`Server`]s as
//! processes, configured by environment variables only; dropping one kills it. An [`Api`] sends requests to a
//! server, and a [`Phone`] makes the calls of a Mini Program. Every response is checked for the rules that apply
//! to all responses (see [`Request::send`]).

#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a test fails by panicking")]

mod api;
mod back_end;
mod database;
mod eventually;
mod fixture;
mod instant;
mod log;
mod phone;
mod problem;
mod process;
mod response;
mod server;
mod transcript;

pub use api::{Api, Request};
pub use back_end::{Answer, BackEnd, Sent};
pub use database::{Database, DatabaseKind};
pub use eventually::eventually;
pub use fixture::{APP_ID, APP_KEYS, APP_SECRET, Fixture, INDEX_KEY, MASTER_KEY, OFFER_ID};
pub use instant::timed;
pub use log::Log;
pub use phone::{OpenData, Phone};
pub use problem::Problem;
pub use response::Response;
pub use server::Server;
pub use transcript::Transcript;
