use std::{sync::Arc, time::Duration};

use domain::{
    app::Apps,
    login::Login,
    open_data::DecryptOpenData,
    profile::{ChangeProfile, GetUser, RefreshProfile},
    registration::Register,
    session::{Authenticate, EndAllSessions, EndOtherSession, EndSession, ListSessions},
};
use http::HeaderValue;

use crate::{extract::TrustedProxies, health::Readiness};

/// What the routes call.
pub struct Api {
    /// `POST /v1/login`.
    pub login: Arc<Login>,
    /// `POST /v1/register`.
    pub register: Arc<Register>,
    /// Every route with a token.
    pub authenticate: Arc<Authenticate>,
    /// `DELETE /v1/session`.
    pub end_session: Arc<EndSession>,
    /// `DELETE /v1/sessions/{id}`.
    pub end_other_session: Arc<EndOtherSession>,
    /// `DELETE /v1/sessions`.
    pub end_all_sessions: Arc<EndAllSessions>,
    /// `GET /v1/sessions`.
    pub list_sessions: Arc<ListSessions>,
    /// `GET /v1/me`.
    pub get_user: Arc<GetUser>,
    /// `PATCH /v1/me`.
    pub change_profile: Arc<ChangeProfile>,
    /// `POST /v1/me/profile`.
    pub refresh_profile: Arc<RefreshProfile>,
    /// `POST /v1/open-data`.
    pub decrypt_open_data: Arc<DecryptOpenData>,
    /// The apps that are served: their ids stand in answers.
    pub apps: Arc<Apps>,
    /// `GET /readyz`.
    pub readiness: Arc<Readiness>,
    /// How requests are treated, whatever the route.
    pub policy: HttpPolicy,
}

/// How requests are treated, whatever the route.
#[derive(Clone, Debug)]
pub struct HttpPolicy {
    /// The longest body that is read, in bytes.
    pub body_limit: usize,
    /// How long a request may take, from its headers to its answer.
    pub request_timeout: Duration,
    /// How many requests may be in flight at once; more are turned away with `overloaded`.
    pub max_in_flight: usize,
    /// The origins that browsers may call from (`https://admin.example.org`). Mini Programs need
    /// none: without origins there are no CORS headers at all.
    pub cors_origins: Vec<HeaderValue>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
}

impl Default for HttpPolicy {
    /// Bodies of 128 KiB, ten seconds, 4096 requests at once, no origins, no proxies.
    fn default() -> Self {
        Self {
            body_limit: 128 * 1024,
            request_timeout: Duration::from_secs(10),
            max_in_flight: 4096,
            cors_origins: Vec::new(),
            trusted_proxies: TrustedProxies::default(),
        }
    }
}
