//! The HTTP API as clients use it, with a store in memory and a scripted exchange.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic, and so may its helpers")]

mod access_token;
mod account;
mod admin;
mod admission;
mod assertion;
mod compat;
mod diagnosis;
mod document;
mod encrypted_channel;
mod fixture;
mod health;
mod introspection;
mod keys;
mod language;
mod limits;
mod login;
mod observability;
mod open_data;
mod operations;
mod overview;
mod phone;
mod problems;
mod profile;
mod push;
mod rate_limits;
mod registration;
mod rejections;
mod serving;
mod session;
mod signature;
mod user;
mod verification;
mod webhooks;
