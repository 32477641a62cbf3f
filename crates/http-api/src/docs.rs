//! `/openapi.json` and the page at `/docs`, which renders it. The page is embedded in the binary and works
//! without a connection to the internet.

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    body::Bytes,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderName, HeaderValue, header};

use crate::api::Api;

/// The paths of this file's routes.
pub(crate) const PATHS: [&str; 4] = ["/openapi.json", "/docs", "/docs/page.css", "/docs/page.js"];

const PAGE: &str = include_str!("docs/page.html");
const STYLE: &str = include_str!("docs/page.css");
const SCRIPT: &str = include_str!("docs/page.js");

/// The Content-Security-Policy of the page: it loads scripts, styles and data from this server only.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                                       connect-src 'self'; img-src 'self' data:; base-uri 'none'; \
                                       form-action 'none'; frame-ancestors 'none'";

/// The routes of this file. `document` writes the OpenAPI document; it is called at the first request
/// for it, since most servers never get one.
pub(crate) fn routes(document: impl FnOnce() -> String + Send + 'static) -> Router<Arc<Api>> {
    let [document_path, page, style, script] = PATHS;
    let document = Arc::new(LazyLock::new(move || Bytes::from(document())));
    let serve_document = move || async move { asset("application/json", Bytes::clone(&document)) };
    Router::new()
        .route(document_path, get(serve_document))
        .route(page, get(|| async { asset("text/html; charset=utf-8", PAGE) }))
        .route(style, get(|| async { asset("text/css; charset=utf-8", STYLE) }))
        .route(script, get(|| async { asset("text/javascript; charset=utf-8", SCRIPT) }))
}

/// A file that browsers may store but have to revalidate.
fn asset(content_type: &'static str, content: impl IntoResponse) -> Response {
    let headers: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (headers, content).into_response()
}
