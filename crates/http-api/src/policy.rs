use std::time::Duration;

use http::HeaderValue;

use crate::{client_address::TrustedProxies, limits::RateLimits};

/// The limits and rules for every request, whatever its route.
#[derive(Clone, Debug)]
pub struct HttpPolicy {
    /// The longest request body, in bytes. A longer one is refused with `payload_too_large`.
    pub body_limit: usize,
    /// How long a request may take from the end of its headers to its response. Then it fails with
    /// `request_timeout`.
    pub request_timeout: Duration,
    /// How long the body of a request may take to arrive. Then the request fails with `request_timeout`.
    pub body_timeout: Duration,
    /// How many bytes the unfinished bodies of all requests may have together. A request whose body goes
    /// beyond it is refused with `overloaded`.
    pub max_waiting_body_bytes: usize,
    /// How many requests may be in flight at once. Further ones are refused with `overloaded`. A request is
    /// in flight once its body has arrived; probes are never counted and never refused.
    pub max_in_flight: usize,
    /// How many requests a client may send.
    pub limits: RateLimits,
    /// The origins that browsers may call from, such as `https://admin.example.org`. Without origins no
    /// response has CORS headers; Mini Programs need none.
    pub cors_origins: Vec<HeaderValue>,
    /// Whether the routes of the tutorial are served.
    pub tutorial_routes: bool,
    /// The proxies whose `X-Forwarded-For` header is believed.
    pub trusted_proxies: TrustedProxies,
}

impl Default for HttpPolicy {
    /// Bodies of 128 KiB that arrive within five seconds, of which 128 MiB may be unfinished; ten seconds and
    /// 4096 requests at once; the limits of [`RateLimits::default`]; no origins, the tutorial's routes, no
    /// proxies.
    fn default() -> Self {
        Self {
            body_limit: 128 * 1024,
            request_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(5),
            max_waiting_body_bytes: 128 * 1024 * 1024,
            max_in_flight: 4096,
            limits: RateLimits::default(),
            cors_origins: Vec::new(),
            tutorial_routes: true,
            trusted_proxies: TrustedProxies::default(),
        }
    }
}
