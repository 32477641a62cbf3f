use std::sync::Arc;

use axum::{body::Body, extract::FromRequest, extract::Request};
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;

use crate::{
    api::Api,
    problem::{Problem, ProblemCode},
};

/// A JSON object in the body.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<Api>> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Arc<Api>) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(ProblemCode::UnsupportedMediaType.into());
        }
        let Sized(bytes) = Sized::from_request(request, api).await?;
        read_json(&bytes).map(Self)
    }
}

/// Whether the headers say that the body is JSON.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let Some(media_type) = media_type(headers) else { return false };
    let Some((kind, name)) = media_type.split_once('/') else { return false };
    kind.eq_ignore_ascii_case("application")
        && (name.eq_ignore_ascii_case("json") || name.to_ascii_lowercase().ends_with("+json"))
}

/// The media type without its parameters.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<&str> {
    let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    content_type.split(';').next().map(str::trim)
}

/// Reads a JSON object. What went wrong is told by its place, never by quoting the body.
pub(crate) fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let malformed = |detail: String| Problem::new(ProblemCode::MalformedJson).detail(detail);
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if first.is_none() {
        return Err(malformed("The body is empty.".to_owned()));
    }
    let read = if first == Some(&b'{') {
        serde_json::from_slice(bytes)
    } else {
        match serde_json::from_slice::<IgnoredAny>(bytes) {
            Ok(_) => {
                let detail = "The body must be a JSON object.";
                return Err(Problem::new(ProblemCode::WrongType).detail(detail));
            }
            Err(error) => Err(error),
        }
    };
    read.map_err(|error| match error.classify() {
        Category::Data => malformed("A field of the body stands twice.".to_owned()),
        Category::Eof => malformed("The body ends too early.".to_owned()),
        Category::Syntax | Category::Io => {
            malformed(format!("The body is not JSON at line {}, column {}.", error.line(), error.column()))
        }
    })
}

/// A body's bytes, no more than the server takes.
pub(crate) struct Sized(pub(crate) Bytes);

impl FromRequest<Arc<Api>> for Sized {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Arc<Api>) -> Result<Self, Problem> {
        let limit = api.policy.body_limit;
        let too_large = || {
            let detail = format!("The server takes at most {limit} bytes.");
            Problem::new(ProblemCode::PayloadTooLarge).detail(detail)
        };
        // Said before the first byte is read, where the client tells the length.
        if announced_length(request.headers()).is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        let limited: Limited<Body> = Limited::new(request.into_body(), limit);
        match limited.collect().await {
            Ok(collected) => Ok(Self(collected.to_bytes())),
            Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
            Err(_) => Err(ProblemCode::IncompleteBody.into()),
        }
    }
}

fn announced_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
