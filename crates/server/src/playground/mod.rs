//! `/playground`: phones in the browser, the messages they exchange, and buttons that cause failures.
//!
//! `assets` is the build output of `clients/playground`; `npm run check` fails if it is out of date. Only
//! commands with a simulated WeChat serve the page: [`routes`] needs a [`Simulator`].
//!
//! The simulated WeChat is also served below the page, at `/playground/wechat`. Under `yaoshi dev` the page
//! therefore uses a single origin: neither server needs a CORS rule, and no page of another origin can read
//! their responses. A stand-alone simulator has to know the server's origin, and the server has to list the
//! simulator's origin in `http.cors_origins`.
//!
//! The page also plays the team's back end, which has payments signed. Under `yaoshi dev` it has the
//! credentials for that; a stand-alone simulator has none to give.

mod back_end;

use axum::Router;
use serde_json::json;
use wechat_simulator::Simulator;

pub(crate) use back_end::BackEnd;

use crate::{configuration::CorsOrigin, static_file::file};

const PAGE: &str = include_str!("assets/index.html");
const STYLE: &str = include_str!("assets/page.css");
const SCRIPT: &str = include_str!("assets/page.js");

/// The path of the simulated WeChat.
const WECHAT_PATH: &str = "/playground/wechat";

/// The origin of the Yaoshi server that the page uses.
pub(crate) enum ServerOrigin {
    /// The origin of the page. The server uses the clock of the simulated WeChat.
    SameAsPage(Option<BackEnd>),
    /// Another origin. The server has its own clock.
    Other(CorsOrigin),
}

impl ServerOrigin {
    /// The prefix of the server's paths: empty for the page's own origin.
    fn base(&self) -> &str {
        match self {
            Self::SameAsPage(_) => "",
            Self::Other(origin) => origin.as_str(),
        }
    }

    fn back_end(&self) -> Option<&BackEnd> {
        match self {
            Self::SameAsPage(back_end) => back_end.as_ref(),
            Self::Other(_) => None,
        }
    }
}

/// The routes of the page, its assets and the simulated WeChat. The phones on the page run the app `app_id`.
pub(crate) fn routes(simulator: &Simulator, app_id: Option<&str>, server: &ServerOrigin) -> Router {
    let settings = json!({
        "app_id": app_id,
        "yaoshi": server.base(),
        "wechat": WECHAT_PATH,
        "is_clock_shared": matches!(server, ServerOrigin::SameAsPage(_)),
        "back_end": server.back_end().map(BackEnd::settings),
    })
    .to_string();
    let policy = content_security_policy(server);
    Router::new()
        .route("/playground", file("text/html; charset=utf-8", PAGE, &policy))
        .route("/playground/page.css", file("text/css; charset=utf-8", STYLE, &policy))
        .route("/playground/page.js", file("text/javascript; charset=utf-8", SCRIPT, &policy))
        .route("/playground/settings.json", file("application/json", settings, &policy))
        .nest(WECHAT_PATH, simulator.router())
}

/// Allows only the page's own script and style, and connections only to Yaoshi and the simulated WeChat.
fn content_security_policy(server: &ServerOrigin) -> String {
    let other_origin = match server {
        ServerOrigin::SameAsPage(_) => String::new(),
        ServerOrigin::Other(origin) => format!(" {}", origin.as_str()),
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'{other_origin}; \
         img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'"
    )
}
