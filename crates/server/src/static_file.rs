//! Files that are built into the program.

use axum::{
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use http::{HeaderName, HeaderValue, header};

/// Serves a file under a content security policy. Browsers may cache it, but have to revalidate it.
pub(crate) fn file<C, S>(content_type: &'static str, content: C, policy: &str) -> MethodRouter<S>
where
    C: IntoResponse + Clone + Send + Sync + 'static,
    S: Clone + Send + Sync + 'static,
{
    // Policies consist of visible ASCII, and so of what a header takes; the default is never used.
    let policy = HeaderValue::from_str(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    let headers: [(HeaderName, HeaderValue); 5] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    get(async move || -> Response { (headers, content).into_response() })
}
