//! Problems: every failure as `application/problem+json` (RFC 9457), with a stable `code` and the
//! `recover` verb that a client acts on.
//!
//! A handler fails with a [`Problem`], which has its texts in every language. Its body is rendered in one place,
//! the module `observe`, where the request's id and the client's language are known.

mod advice;
mod document;
mod from_error;
mod kind;
mod reference;
mod table;

use std::{borrow::Cow, time::Duration};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use domain::localized::{Language, Localized};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) use advice::advice_on;
pub(crate) use document::{problem_overview, problems, recover_description, responses_of};
pub(crate) use from_error::key_lost;
#[cfg(test)]
pub(crate) use from_error::tests::{assert_recovery, store_error};
/// The groups of problems that several routes share, for [`problems!`].
pub(crate) mod groups {
    pub(crate) use super::document::{BODY, LIMITED, OPEN_DATA, OPERATOR, PHONE, SERVICE, TOKEN, WECHAT};
}
pub use kind::ProblemKind;
pub use reference::problem_table_markdown;
pub use table::{ProblemCode, TABLE};

/// The prefix of a problem's `type`, which the code completes. It makes a name, not an address to fetch.
pub const TYPE_PREFIX: &str = "urn:yaoshi:problem:";

/// A failure of a request, from the handler to the response.
#[derive(Clone, Debug)]
pub(crate) struct Problem(Box<Occurrence>);

#[derive(Clone, Debug)]
struct Occurrence {
    code: ProblemCode,
    detail: Localized,
    errors: Vec<FieldError>,
    /// The internal cause: for the log, never for the client.
    cause: Option<Cow<'static, str>>,
    /// How long to wait this time, where that is known better than the table knows it.
    retry_after: Option<Duration>,
    /// Headers besides those that follow from the code.
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// An error in one field, in every language.
#[derive(Clone, Debug)]
struct FieldError {
    field: String,
    detail: Localized,
}

impl FieldError {
    fn body(&self, language: Language) -> FieldProblem {
        FieldProblem { field: self.field.clone(), detail: self.detail.text(language).to_owned() }
    }
}

/// An error in one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// The field of the body, the parameter of the path, or the header.
    #[schema(example = "iv")]
    pub field: String,
    /// What is wrong with it, as the rest of a sentence that begins with the field.
    #[schema(example = "must be 16 bytes in standard base64, as wx gave it")]
    pub detail: String,
}

/// A failure (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// The code as a URN.
    #[schema(example = "urn:yaoshi:problem:code_used")]
    pub r#type: String,
    /// What happened, the same for every occurrence. In Chinese if `Accept-Language` prefers it, otherwise in
    /// English.
    #[schema(example = "The code was used before")]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 400)]
    pub status: u16,
    /// What happened this time, for people. In the language of the title.
    #[schema(example = "A code works once.")]
    pub detail: String,
    /// The stable name of the failure.
    #[schema(schema_with = document::code_schema)]
    pub code: String,
    /// What the client should do.
    #[schema(schema_with = document::recover_schema)]
    pub recover: String,
    /// The request's id, as in the `X-Request-Id` header and in the server's log.
    #[schema(example = "5f3a9c01-000000002a")]
    pub request_id: String,
    /// The wrong field, or the first of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "iv")]
    pub field: Option<String>,
    /// All wrong fields, if there is more than one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

impl Problem {
    /// The failure `code`, with the detail that the table has for it.
    pub(crate) fn new(code: ProblemCode) -> Self {
        let detail = Localized::fixed(code.kind().detail, code.kind().detail_zh);
        let (errors, headers) = (Vec::new(), Vec::new());
        Self(Box::new(Occurrence { code, detail, errors, cause: None, retry_after: None, headers }))
    }

    /// Replaces the detail with one about this occurrence.
    #[must_use]
    pub(crate) fn with_detail(mut self, detail: Localized) -> Self {
        self.0.detail = detail;
        self
    }

    /// Adds a wrong field. `detail` says what is wrong with it: "is missing".
    #[must_use]
    pub(crate) fn with_field(mut self, field: impl Into<String>, detail: Localized) -> Self {
        self.0.errors.push(FieldError { field: field.into(), detail });
        self
    }

    /// Sets the internal cause, which goes to the log only.
    #[must_use]
    pub(crate) fn with_cause(mut self, cause: impl Into<Cow<'static, str>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// Sets how long to wait this time.
    #[must_use]
    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// Adds a header to the response. Text that cannot be one is left out.
    #[must_use]
    pub(crate) fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        self.0.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }

    /// The failure's code.
    pub(crate) fn code(&self) -> ProblemCode {
        self.0.code
    }

    /// The internal cause, for the log.
    pub(crate) fn internal_cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The detail that the client gets: about the first wrong field, if there is one.
    pub(crate) fn public_detail(&self, language: Language) -> String {
        let full_stop = match language {
            Language::English => ".",
            Language::Chinese => "。",
        };
        match self.0.errors.first() {
            Some(FieldError { field, detail }) => format!("{field} {}{full_stop}", detail.text(language)),
            None => self.0.detail.text(language).to_owned(),
        }
    }

    /// The body of the response to the request `request_id`.
    pub(crate) fn body(&self, request_id: &str, language: Language) -> ProblemBody {
        let Occurrence { code, errors, .. } = &*self.0;
        let kind = code.kind();
        let first = errors.first();
        ProblemBody {
            r#type: format!("{TYPE_PREFIX}{}", kind.code),
            title: kind.title_in(language).to_owned(),
            status: kind.status.as_u16(),
            detail: self.public_detail(language),
            code: kind.code.to_owned(),
            recover: kind.recover.as_str().to_owned(),
            request_id: request_id.to_owned(),
            field: first.map(|error| error.field.clone()),
            errors: match &**errors {
                [] | [_] => Vec::new(),
                several => several.iter().map(|error| error.body(language)).collect(),
            },
        }
    }

    /// Writes status, headers and body into the response to the request `request_id`.
    pub(crate) fn render(&self, response: &mut Response, request_id: &str, language: Language) {
        // A struct of texts and numbers always serialises.
        let bytes = serde_json::to_vec(&self.body(request_id, language)).unwrap_or_default();
        *response.status_mut() = self.code().kind().status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, PROBLEM_JSON);
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        // Beside what CORS varies by.
        headers.append(header::VARY, ACCEPT_LANGUAGE);
        self.insert_headers(headers);
        *response.body_mut() = Body::from(bytes);
    }

    /// The seconds to wait.
    fn retry_after(&self) -> Option<u64> {
        self.0.retry_after.map(whole_seconds).or(self.code().kind().retry_after)
    }

    fn insert_headers(&self, headers: &mut HeaderMap) {
        if let Some(seconds) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = challenge(self.code()) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        headers.extend(self.0.headers.iter().cloned());
    }
}

/// A duration as headers have it: in seconds, rounded up, and at least one.
pub(crate) fn whole_seconds(duration: Duration) -> u64 {
    let seconds = duration.as_nanos().div_ceil(1_000_000_000);
    u64::try_from(seconds).unwrap_or(u64::MAX).max(1)
}

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
const ACCEPT_LANGUAGE: HeaderValue = HeaderValue::from_static("accept-language");

/// What is wrong with a required field that is not there.
pub(crate) const MISSING: Localized = Localized::fixed("is missing", "缺失");

/// What is wrong with a field that the body may not have.
pub(crate) const UNKNOWN_FIELD: Localized =
    Localized::fixed("is not a field of this body", "不是该请求体的字段");

/// What is wrong with an app id that is not among the configured ones.
pub(crate) const UNKNOWN_APP: Localized = Localized::fixed("is not configured here", "没有在服务端配置");

/// The `WWW-Authenticate` challenge of a 401: of a service (RFC 7617), or of a token (RFC 6750), where it names the error `invalid_token` only where a
/// token was sent.
fn challenge(code: ProblemCode) -> Option<HeaderValue> {
    if code == ProblemCode::MissingToken {
        Some(HeaderValue::from_static("Bearer realm=\"yaoshi\""))
    } else if matches!(code, ProblemCode::MissingService | ProblemCode::InvalidService) {
        Some(HeaderValue::from_static("Basic realm=\"yaoshi\", charset=\"UTF-8\""))
    } else if matches!(
        code,
        ProblemCode::NotSignedIn | ProblemCode::WrongPassword | ProblemCode::TotpRequired
    ) {
        // A cookie is no scheme of HTTP authentication.
        None
    } else if code.kind().status == http::StatusCode::UNAUTHORIZED {
        Some(HeaderValue::from_static("Bearer realm=\"yaoshi\", error=\"invalid_token\""))
    } else {
        None
    }
}

/// The header with the request's id, which every response has.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        Self::new(code)
    }
}

impl IntoResponse for Problem {
    /// Sets the status and attaches the problem, which `observe` [renders](Self::render).
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.code().kind().status;
        response.extensions_mut().insert(self);
        response
    }
}
