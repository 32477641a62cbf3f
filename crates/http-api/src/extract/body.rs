use axum::{
    body::HttpBody,
    extract::{FromRequest, FromRequestParts, Request},
};
use bytes::Bytes;
use domain::localized::Localized;
use http::{HeaderMap, header, request::Parts};
use serde::de::{DeserializeOwned, IgnoredAny, value::MapDeserializer};
use serde_json::error::Category;

use crate::{
    admission::Received,
    problem::{Problem, ProblemCode},
};

/// A JSON object in the body.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(ProblemCode::UnsupportedMediaType.into());
        }
        let ReceivedBody(bytes) = ReceivedBody::from_request(request, state).await?;
        read_json(&bytes).map(Self)
    }
}

/// Whether `Content-Type` is a JSON media type.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let Some(media_type) = media_type(headers) else { return false };
    let Some((kind, name)) = media_type.split_once('/') else { return false };
    kind.eq_ignore_ascii_case("application")
        && (name.eq_ignore_ascii_case("json") || name.to_ascii_lowercase().ends_with("+json"))
}

/// A form in the body.
pub(crate) struct Form<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_form(request.headers()) {
            let detail = Localized::fixed(
                "Send a form, with `Content-Type: application/x-www-form-urlencoded`.",
                "请发送表单，并带上 `Content-Type: application/x-www-form-urlencoded`。",
            );
            return Err(Problem::new(ProblemCode::UnsupportedMediaType).with_detail(detail));
        }
        let ReceivedBody(bytes) = ReceivedBody::from_request(request, state).await?;
        read_form(&bytes).map(Self)
    }
}

/// Whether `Content-Type` is that of a form.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    media_type(headers)
        .is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// Reads a form, or the query of an address, which has the same form.
pub(crate) fn read_form<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let pairs = form_urlencoded::parse(bytes).map(|(name, value)| (name.into_owned(), value.into_owned()));
    T::deserialize(MapDeserializer::<_, serde::de::value::Error>::new(pairs)).map_err(|_| {
        let detail = Localized::fixed("A field is there twice.", "有字段重复出现。");
        Problem::new(ProblemCode::InvalidField).with_detail(detail)
    })
}

/// The fields in the query of the address.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read_form(parts.uri.query().unwrap_or_default().as_bytes()).map(Self)
    }
}

/// The media type in `Content-Type`, without its parameters.
fn media_type(headers: &HeaderMap) -> Option<&str> {
    let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    content_type.split(';').next().map(str::trim)
}

/// Reads a JSON object. Errors give the position in the body and never quote it, since it may hold
/// secrets.
pub(crate) fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let malformed = |detail: Localized| Problem::new(ProblemCode::MalformedJson).with_detail(detail);
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if first.is_none() {
        return Err(malformed(Localized::fixed("The body is empty.", "请求体为空。")));
    }
    let read = if first == Some(&b'{') {
        serde_json::from_slice(bytes)
    } else {
        match serde_json::from_slice::<IgnoredAny>(bytes) {
            Ok(_) => {
                let detail = Localized::fixed("The body must be a JSON object.", "请求体必须是 JSON 对象。");
                return Err(Problem::new(ProblemCode::WrongType).with_detail(detail));
            }
            Err(error) => Err(error),
        }
    };
    read.map_err(|error| match error.classify() {
        Category::Data => {
            malformed(Localized::fixed("The body has a field twice.", "请求体里有重复的字段。"))
        }
        Category::Eof => {
            malformed(Localized::fixed("The body ends too early.", "请求体不完整，提前结束了。"))
        }
        Category::Syntax | Category::Io => malformed(Localized::new(
            format!("The body is not JSON at line {}, column {}.", error.line(), error.column()),
            format!("请求体不是合法的 JSON：第 {} 行第 {} 列。", error.line(), error.column()),
        )),
    })
}

/// The bytes of the body, which was received before the request was routed.
pub(crate) struct ReceivedBody(pub(crate) Bytes);

impl<S: Sync> FromRequest<S> for ReceivedBody {
    type Rejection = Problem;

    async fn from_request(mut request: Request, _: &S) -> Result<Self, Problem> {
        match request.extensions_mut().remove() {
            Some(Received(received)) => received.map(Self),
            None if request.body().is_end_stream() => Ok(Self(Bytes::new())),
            None => {
                let cause = "the route reads a body, but the OpenAPI document has none for it";
                Err(Problem::new(ProblemCode::Internal).with_cause(cause))
            }
        }
    }
}
