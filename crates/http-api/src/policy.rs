use std::time::Duration;

use http::HeaderValue;

use crate::client_address::TrustedProxies;

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
