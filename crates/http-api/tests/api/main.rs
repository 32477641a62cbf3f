//! The HTTP face, asked the way clients ask it, over a store in memory and a WeChat that does as
//! it is told.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic, and so may what it stands on")]

mod compat;
mod document;
mod health;
mod limits;
mod login;
mod observability;
mod open_data;
mod operations;
mod problems;
mod profile;
mod registration;
mod rejections;
mod serving;
mod session;
mod world;
