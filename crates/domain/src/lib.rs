//! The rules of a WeChat Mini Program login: use cases, domain types and ports.
//!
//! One folder is one feature. A use case is a struct that holds its ports and has one public
//! method, `execute`: it reads what is on record, decides in plain functions, and commits what it
//! decided. A port is a small trait that an adapter implements. Nothing here does I/O, and time, ids
//! and randomness are ports too.
//!
//! Start reading at [`login`], go on with [`registration`]: together they are the answer to
//! "the first login fails, the second works". [`key_ring`] holds what both rest on.

pub mod access_token;
pub mod account;
pub mod app;
pub mod assertion;
pub mod client;
pub mod clock_offset;
pub mod diagnosis;
pub mod encrypted_channel;
mod enrolment;
pub mod event;
pub mod export;
pub mod hourly_count;
pub mod identity;
pub mod ids;
pub mod introspection;
pub mod key_ring;
pub mod lease;
pub mod localized;
pub mod login;
pub mod one_time_code;
pub mod open_data;
pub mod operator;
pub mod overview;
pub mod people;
pub mod phone;
pub mod profile;
pub mod push;
pub mod recovery;
pub mod registration;
pub mod resealing;
#[cfg(test)]
mod samples;
pub mod sealing;
pub mod service;
pub mod session;
pub mod session_key_check;
pub mod signature;
pub mod store;
pub mod store_error;
pub mod tasks;
pub mod text;
pub mod time;
pub mod upkeep;
pub mod user;
pub mod verification;
pub mod version;
pub mod webhook;
pub mod wechat;
