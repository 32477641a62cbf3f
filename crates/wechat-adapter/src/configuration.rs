use std::time::Duration;

use domain::app::{AppId, AppSecret};

use crate::BaseUrl;

/// How to call WeChat, and for which apps.
#[derive(Clone, Debug)]
pub struct WeChatConfig {
    /// Where WeChat's API is.
    pub base_url: BaseUrl,
    /// The apps, each with its secret.
    pub apps: Vec<(AppId, AppSecret)>,
    /// The time limit for connecting, including the TLS handshake.
    pub connect_timeout: Duration,
    /// The time limit for a whole call: waiting for a permit, the first attempt, the back-off and the retry.
    pub total_timeout: Duration,
    /// The most calls of an endpoint in flight at once.
    pub max_in_flight: usize,
    /// How long a call above `max_in_flight` waits before it is shed.
    pub max_wait: Duration,
    /// When the circuit breaker opens, and for how long.
    pub breaker: BreakerConfig,
    /// Certificates in PEM to trust in addition to the platform's, for a TLS-intercepting proxy before
    /// WeChat.
    pub extra_roots_pem: Option<String>,
}

impl WeChatConfig {
    /// WeChat's own API for these apps, with the default limits.
    pub fn new(apps: Vec<(AppId, AppSecret)>) -> Self {
        Self {
            base_url: BaseUrl::default(),
            apps,
            connect_timeout: Duration::from_secs(2),
            total_timeout: Duration::from_secs(5),
            max_in_flight: 256,
            max_wait: Duration::from_millis(250),
            breaker: BreakerConfig::default(),
            extra_roots_pem: None,
        }
    }

    pub(crate) fn check_limits(&self) -> Result<(), InvalidWeChatConfig> {
        let zero = [
            ("connect_timeout", self.connect_timeout.is_zero()),
            ("total_timeout", self.total_timeout.is_zero()),
            ("max_in_flight", self.max_in_flight == 0),
            ("breaker.failures", self.breaker.failures == 0),
        ];
        match zero.into_iter().find(|(_, is_zero)| *is_zero) {
            Some((name, _)) => Err(InvalidWeChatConfig::Zero(name)),
            None => Ok(()),
        }
    }
}

/// When the circuit breaker opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerConfig {
    /// The number of consecutive failed calls that opens the breaker of an endpoint.
    pub failures: u32,
    /// The longest time between two consecutive failures. After a longer one the count starts again at 1.
    pub window: Duration,
    /// How long the breaker stays open before it lets one call through as a probe.
    pub pause: Duration,
}

impl Default for BreakerConfig {
    fn default() -> Self {
        Self { failures: 10, window: Duration::from_secs(30), pause: Duration::from_secs(2) }
    }
}

/// Why a [`WeChatConfig`] is invalid.
#[derive(Debug, thiserror::Error)]
pub enum InvalidWeChatConfig {
    /// A limit is zero, so that no call could succeed.
    #[error("{0} must be greater than zero")]
    Zero(&'static str),
    /// An app id is configured more than once.
    #[error("app {0} is configured more than once")]
    DuplicateApp(AppId),
    /// The extra certificates are not PEM certificates.
    #[error("extra_roots_pem contains no readable certificate")]
    ExtraRoots,
    /// TLS cannot be set up, for example because the platform has no trusted certificates.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[source] rustls::Error),
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[source] reqwest::Error),
}
