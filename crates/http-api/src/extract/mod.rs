//! Extractors for handlers. They reject requests with problems.

mod accept_language;
mod bearer;
mod body;
mod client;
mod field;
mod idempotency;
mod json_text;
mod path;
mod service;

pub(crate) use accept_language::{AcceptedLanguage, accepted_language};
pub(crate) use bearer::{Authenticated, BearerToken, token_in};
pub(crate) use body::{Form, Json, Query, ReceivedBody, is_form, is_json, read_form, read_json};
pub(crate) use client::{BehindProxies, Client};
pub(crate) use field::{FieldErrors, FieldValue};
pub(crate) use idempotency::IdempotencyKeyHeader;
pub(crate) use json_text::read_json_text;
pub(crate) use path::PathText;
pub(crate) use service::AuthenticatedService;
