use std::time::Duration;

use http::HeaderValue;

use crate::client_address::TrustedProxies;

/// The limits and rules for every request, whatever its route.
#[derive(Clone, Debug)]
pub struct HttpPolicy {
    /// The longest request body, in bytes. A longer one is refused with `payload_too_large`.
    pub body_limit: usize,
    /// How long a request may take from the end of its headers to its response. Then it fails with
    /// `request_timeout`.
    pub request_timeout: Duration,
    /// How many requests may be in flight at once. Further ones are refused with `overloaded`.
    pub max_in_flight: usize,
    /// The origins that browsers may call from, such as `https://admin.example.org`. Without origins no
    /// response has CORS headers; Mini Programs need none.
    pub cors_origins: Vec<HeaderValue>,
    /// Whether the routes of the tutorial are served.
    pub tutorial_routes: bool,
    /// The proxies whose `X-Forwarded-For` header is believed.
    pub trusted_proxies: TrustedProxies,
}

impl Default for HttpPolicy {
    /// Bodies of 128 KiB, ten seconds, 4096 requests at once, no origins, the tutorial's routes, no proxies.
    fn default() -> Self {
        Self {
            body_limit: 128 * 1024,
            request_timeout: Duration::from_secs(10),
            max_in_flight: 4096,
            cors_origins: Vec::new(),
            tutorial_routes: true,
            trusted_proxies: TrustedProxies::default(),
        }
    }
}
