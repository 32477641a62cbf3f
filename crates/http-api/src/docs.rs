//! `/openapi.json` and the page at `/docs`, which renders it. The page is embedded in the binary and works
//! without a connection to the internet. Both are in English and in Chinese.
//!
//! `docs/assets` is the build output of `clients/docs`; `npm run check` fails if it is out of date. The viewer
//! is Scalar's, unchanged but for the compression.

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    body::Bytes,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::localized::Language;
use http::{HeaderName, HeaderValue, header};

use crate::{api::Api, extract::AcceptedLanguage};

/// The paths of this file's routes.
pub(crate) const PATHS: [&str; 5] =
    ["/openapi.json", "/docs", "/docs/page.css", "/docs/page.js", "/docs/viewer.js"];

const PAGE: &str = include_str!("docs/assets/index.html");
const CHINESE_PAGE: &str = include_str!("docs/assets/index.zh.html");
const STYLE: &str = include_str!("docs/assets/page.css");
const SCRIPT: &str = include_str!("docs/assets/page.js");
const VIEWER: &[u8] = include_bytes!("docs/assets/viewer.js.gz");

/// The Content-Security-Policy of the page: it loads scripts, styles and data from this server only.
///
/// The viewer has three style sheets in its script, whose digests are listed. When another version of it has
/// others, Chromium's error in the tests of `clients/docs` names them. It also sets style attributes.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src-elem 'self' 'sha256-QpRH++jfSE25E/ku5JwG+oucjRD32SqdyuYxGFVNDSA=' \
    'sha256-l/2OpPg0d+2VLTLgwjf5mQo2CYwHDEqdj5TjbfEyVJI=' \
    'sha256-T13Uev3xCax2N28XaoAE8DOzQZKvPp7ZQVAi1iRREjo='; style-src-attr 'unsafe-inline'; \
    connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Browsers may store the response, but have to revalidate it.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// Browsers may store the response for a year. The page names the version of the viewer in its query.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// The routes of this file. `document` writes the OpenAPI document; it is called at the first request
/// for it in a language, since most servers never get one.
pub(crate) fn routes(document: impl Fn(Language) -> String + Send + Sync + 'static) -> Router<Arc<Api>> {
    let [document_path, page, style, script, viewer] = PATHS;
    let document = Arc::new(document);
    let in_language = |language| {
        let document = Arc::clone(&document);
        Arc::new(LazyLock::new(move || Bytes::from(document(language))))
    };
    let (english, chinese) = (in_language(Language::English), in_language(Language::Chinese));
    let serve_document = move |AcceptedLanguage(language)| async move {
        let document = match language {
            Language::English => english,
            Language::Chinese => chinese,
        };
        localized("application/json", language, Bytes::clone(&document))
    };
    Router::new()
        .route(document_path, get(serve_document))
        .route(page, get(serve_page))
        .route(style, get(|| async { asset("text/css; charset=utf-8", REVALIDATE, STYLE) }))
        .route(script, get(|| async { asset(JAVASCRIPT, REVALIDATE, SCRIPT) }))
        .route(viewer, get(serve_viewer))
}

async fn serve_page(AcceptedLanguage(language): AcceptedLanguage) -> Response {
    let page = match language {
        Language::English => PAGE,
        Language::Chinese => CHINESE_PAGE,
    };
    localized("text/html; charset=utf-8", language, page)
}

/// What is another response in each language. A cache has to tell them apart.
fn localized(content_type: &'static str, language: Language, content: impl IntoResponse) -> Response {
    let mut response = asset(content_type, REVALIDATE, content);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.insert(header::VARY, HeaderValue::from(header::ACCEPT_LANGUAGE));
    response
}

/// The viewer, always compressed: every browser accepts that.
async fn serve_viewer() -> Response {
    let mut response = asset(JAVASCRIPT, IMMUTABLE, VIEWER);
    response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    response
}

fn asset(content_type: &'static str, caching: HeaderValue, content: impl IntoResponse) -> Response {
    let headers: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, caching),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (headers, content).into_response()
}
