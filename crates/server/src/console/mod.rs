//! The operators' console: a page that calls the admin API of its own origin.
//!
//! `assets` is the build output of `clients/console`; `npm run check` fails if it is out of date.

use axum::Router;

use crate::static_file::file;

const PAGE: &str = include_str!("assets/index.html");
const STYLE: &str = include_str!("assets/console.css");
const SCRIPT: &str = include_str!("assets/console.js");

/// Allows only the page's own script and style, and connections to its own origin only.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                      require-trusted-types-for 'script'";

/// The routes of the page and its assets.
pub(crate) fn routes() -> Router {
    Router::new()
        .route("/", file("text/html; charset=utf-8", PAGE, POLICY))
        .route("/console.css", file("text/css; charset=utf-8", STYLE, POLICY))
        .route("/console.js", file("text/javascript; charset=utf-8", SCRIPT, POLICY))
}
