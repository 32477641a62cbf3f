//! `/openapi.json` and the page at `/docs`, which renders it. Everything is inside the binary: the
//! page works without a network.

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

/// The page runs its own script and style, talks to this server and to nobody else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The routes of this file. `document` writes the OpenAPI document; it is called at the first request
/// for it, since most servers never get one.
pub(crate) fn routes(document: fn() -> String) -> Router<Arc<Api>> {
    let [document_path, page, style, script] = PATHS;
    let document = Arc::new(LazyLock::new(move || Bytes::from(document())));
    let serve_document = move || async move { asset("application/json", Bytes::clone(&document)) };
    Router::new()
        .route(document_path, get(serve_document))
        .route(page, get(|| async { asset("text/html; charset=utf-8", PAGE) }))
        .route(style, get(|| async { asset("text/css; charset=utf-8", STYLE) }))
        .route(script, get(|| async { asset("text/javascript; charset=utf-8", SCRIPT) }))
}

/// A file, which a browser may keep but has to ask about.
fn asset(content_type: &'static str, content: impl IntoResponse) -> Response {
    let headers: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (headers, content).into_response()
}
