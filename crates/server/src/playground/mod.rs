//! `/playground`: phones in the browser, what they send, and buttons for what may go wrong.
//!
//! The page is `clients/playground`, built into `assets` and kept in step with it by `npm run check`. Only
//! where WeChat is simulated is it served: [`routes`] asks for a [`Simulator`].
//!
//! The simulated WeChat stands below the page, at `/playground/wechat`. So the page asks one origin for
//! everything under `yaoshi dev`, neither server needs a CORS rule for it, and a page from elsewhere can read
//! neither of them. Only a simulator that runs by itself has to be told where Yaoshi is, and Yaoshi has to
//! name the simulator's origin in `http.cors_origins`.

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderName, HeaderValue, header};
use serde_json::json;
use wechat_simulator::Simulator;

use crate::configuration::CorsOrigin;

const PAGE: &str = include_str!("assets/index.html");
const STYLE: &str = include_str!("assets/page.css");
const SCRIPT: &str = include_str!("assets/page.js");

/// Where the page finds WeChat.
const WECHAT: &str = "/playground/wechat";

/// Where the page finds Yaoshi.
#[derive(Clone, Debug)]
pub(crate) enum Yaoshi {
    /// At the page's own origin, on the clock of the simulated WeChat.
    Here,
    /// At another origin, on a clock of its own.
    At(CorsOrigin),
}

impl Yaoshi {
    /// The page's own origin is written as nothing, so that an address is the base with a path behind it.
    fn base(&self) -> &str {
        match self {
            Self::Here => "",
            Self::At(origin) => origin.as_str(),
        }
    }
}

/// The page, what it is made of, and the simulated WeChat that it plays with. The phones run the app
/// `app_id`.
pub(crate) fn routes(simulator: &Simulator, app_id: Option<&str>, yaoshi: &Yaoshi) -> Router {
    let settings = json!({
        "app_id": app_id,
        "yaoshi": yaoshi.base(),
        "wechat": WECHAT,
        "is_clock_shared": matches!(yaoshi, Yaoshi::Here),
    })
    .to_string();
    let policy = policy(yaoshi);
    Router::new()
        .route("/playground", file("text/html; charset=utf-8", PAGE, &policy))
        .route("/playground/page.css", file("text/css; charset=utf-8", STYLE, &policy))
        .route("/playground/page.js", file("text/javascript; charset=utf-8", SCRIPT, &policy))
        .route("/playground/settings.json", file("application/json", settings, &policy))
        .nest(WECHAT, simulator.router())
}

/// The page runs its own script and style, and talks to Yaoshi, WeChat and to nobody else.
fn policy(yaoshi: &Yaoshi) -> String {
    let elsewhere = match yaoshi {
        Yaoshi::Here => String::new(),
        Yaoshi::At(origin) => format!(" {}", origin.as_str()),
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'{elsewhere}; \
         img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'"
    )
}

/// A file, which a browser may keep but has to ask about.
fn file<C, S>(content_type: &'static str, content: C, policy: &str) -> axum::routing::MethodRouter<S>
where
    C: IntoResponse + Clone + Send + Sync + 'static,
    S: Clone + Send + Sync + 'static,
{
    // What is made of an origin that was parsed as a header is one.
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
