use std::sync::Arc;

use axum::extract::FromRequestParts;
use domain::one_time_code::IdempotencyKey;
use http::{HeaderName, request::Parts};

use crate::{
    api::Api,
    problem::{Problem, ProblemCode},
};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The `Idempotency-Key` header, if the request has one.
pub(crate) struct IdempotencyKeyHeader(pub(crate) Option<IdempotencyKey>);

impl FromRequestParts<Arc<Api>> for IdempotencyKeyHeader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Api>) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(IDEMPOTENCY_KEY) else { return Ok(Self(None)) };
        let key = value.to_str().unwrap_or_default().parse::<IdempotencyKey>();
        key.map(|key| Self(Some(key))).map_err(|error| {
            Problem::new(ProblemCode::InvalidField).with_field("Idempotency-Key", error.detail())
        })
    }
}
