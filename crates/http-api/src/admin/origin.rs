//! Requests that another site makes an operator's browser send.
//!
//! The cookie is `SameSite=Strict`, so such requests come without it. This is the second line: what says that
//! another origin caused it is refused, whatever the route. Requests without any of these headers come from
//! programs, which no site steers.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, Uri, header, uri::Authority};

use crate::problem::{Problem, ProblemCode};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets a request pass unless another site caused it.
pub(super) async fn refuse_foreign(request: Request, next: Next) -> Response {
    let host = request.uri().authority().map(Authority::as_str);
    if is_foreign(request.headers(), host) {
        return Problem::new(ProblemCode::ForeignOrigin).into_response();
    }
    next.run(request).await
}

/// Whether the headers name another origin than the host that the request is for.
fn is_foreign(headers: &HeaderMap, target: Option<&str>) -> bool {
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    // A page that was opened from an address bar or a bookmark has no site.
    if text(&SEC_FETCH_SITE).is_some_and(|site| site != "same-origin" && site != "none") {
        return true;
    }
    let host = target.or_else(|| text(&header::HOST)).unwrap_or_default();
    text(&header::ORIGIN).is_some_and(|origin| authority_of(origin).as_deref() != Some(host))
}

/// Host and port of an origin, as a browser writes them in `Host`.
fn authority_of(origin: &str) -> Option<String> {
    let uri: Uri = origin.parse().ok()?;
    uri.scheme()?;
    Some(uri.authority()?.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_origin_caused_is_foreign() {
        for (origin, site, foreign) in [
            (None, None, false),
            (None, Some("same-origin"), false),
            (None, Some("none"), false),
            (Some("http://console.example:9091"), None, false),
            (Some("https://console.example:9091"), Some("same-origin"), false),
            (None, Some("same-site"), true),
            (None, Some("cross-site"), true),
            (None, Some("\u{e9}"), true),
            (Some("http://console.example"), None, true),
            (Some("http://console.example:9091"), Some("cross-site"), true),
            (Some("http://evil.example:9091"), None, true),
            (Some("http://console.example:9091.evil.example"), None, true),
            (Some("null"), None, true),
            (Some(""), None, true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "console.example:9091".parse().unwrap());
            for (name, value) in [(header::ORIGIN, origin), (SEC_FETCH_SITE, site)] {
                if let Some(value) = value {
                    headers.insert(name, http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
                }
            }
            assert_eq!(is_foreign(&headers, None), foreign, "{origin:?} {site:?}");
        }
    }
}
