//! What handlers take: typed, and with problems for rejections.

mod bearer;
mod body;
mod client;
mod field;
mod idempotency;

pub(crate) use bearer::{Authenticated, BearerToken, token_in};
pub(crate) use body::{Json, Sized, is_json, media_type, read_json};
pub(crate) use client::Client;
pub(crate) use field::{FieldFaults, Sent};
pub(crate) use idempotency::RepeatableAs;
