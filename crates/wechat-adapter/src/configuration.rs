use std::time::Duration;

use domain::app::{AppId, AppSecret};
use reqwest::Url;

/// How to reach WeChat, and for which apps.
#[derive(Clone, Debug)]
pub struct WeChatConfig {
    /// Where WeChat's API is: `https://api.weixin.qq.com`, or a stand-in. A path before the endpoints' own
    /// is kept.
    pub base_url: String,
    /// The apps, each with its secret.
    pub apps: Vec<(AppId, AppSecret)>,
    /// How long a connection may take, TLS included.
    pub connect_timeout: Duration,
    /// How long an exchange may take in all: waiting for a place, a first try, a pause and a second try.
    pub total_timeout: Duration,
    /// How many calls may be under way at once.
    pub max_in_flight: usize,
    /// How long an exchange waits for a place before it is shed.
    pub max_wait: Duration,
    /// When calls stop because WeChat fails.
    pub breaker: BreakerConfig,
    /// Certificates in PEM to trust besides the platform's, where a proxy of one's own stands before WeChat.
    pub extra_roots_pem: Option<String>,
}

impl WeChatConfig {
    /// WeChat itself, for these apps, with the default limits.
    pub fn new(apps: Vec<(AppId, AppSecret)>) -> Self {
        Self {
            base_url: "https://api.weixin.qq.com".to_owned(),
            apps,
            connect_timeout: Duration::from_secs(2),
            total_timeout: Duration::from_secs(5),
            max_in_flight: 256,
            max_wait: Duration::from_millis(250),
            breaker: BreakerConfig::default(),
            extra_roots_pem: None,
        }
    }

    pub(crate) fn base(&self) -> Result<Url, InvalidWeChatConfig> {
        let invalid = InvalidWeChatConfig::BaseUrl;
        let base = Url::parse(&self.base_url).map_err(|_| invalid("is not a URL"))?;
        if !matches!(base.scheme(), "https" | "http") {
            return Err(invalid("must begin with https:// or http://"));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(invalid("must not name a user"));
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(invalid("must not have a query or a fragment"));
        }
        Ok(base)
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

/// When calls stop because WeChat fails, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerConfig {
    /// After how many failed exchanges in a row.
    pub failures: u32,
    /// A failure later than this after the one before begins a new row.
    pub window: Duration,
    /// How long nothing is tried; then one exchange tells whether WeChat is back.
    pub pause: Duration,
}

impl Default for BreakerConfig {
    fn default() -> Self {
        Self { failures: 10, window: Duration::from_secs(30), pause: Duration::from_secs(2) }
    }
}

/// Why a [`WeChatConfig`] is refused.
#[derive(Debug, thiserror::Error)]
pub enum InvalidWeChatConfig {
    /// The base URL cannot be used.
    #[error("base_url {0}")]
    BaseUrl(&'static str),
    /// A limit that would let nothing pass.
    #[error("{0} must be greater than zero")]
    Zero(&'static str),
    /// One app stands twice.
    #[error("app {0} stands twice")]
    AppTwice(AppId),
    /// The extra certificates are not certificates in PEM.
    #[error("extra_roots_pem holds no certificate that can be read")]
    ExtraRoots,
    /// TLS cannot be set up, as where the platform trusts no certificate at all.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[source] rustls::Error),
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[source] reqwest::Error),
}
