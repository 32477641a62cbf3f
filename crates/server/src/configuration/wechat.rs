use std::{
    num::{NonZeroU32, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use wechat_adapter::BaseUrl;

use super::{
    reader::Reader,
    setting::{Form, Setting},
};

/// `[wechat]`: how to reach WeChat.
#[derive(Clone, Debug)]
pub struct WeChatSettings {
    /// The base URL of WeChat's server API.
    pub base_url: BaseUrl,
    /// Whether a production server may reach it without TLS.
    pub insecure_base_url: bool,
    /// Timeout for connecting.
    pub connect_timeout: Duration,
    /// Timeout for a code exchange, retry included.
    pub total_timeout: Duration,
    /// The maximum number of concurrent calls.
    pub max_in_flight: NonZeroUsize,
    /// How long an exchange waits while the maximum number of calls is in flight.
    pub max_wait: Duration,
    /// How many consecutive failures open the circuit breaker.
    pub breaker_failures: NonZeroU32,
    /// How long the circuit breaker stays open.
    pub breaker_pause: Duration,
    /// A PEM file with root certificates to trust in addition to the system's.
    pub extra_roots_file: Option<PathBuf>,
}

impl WeChatSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut section = reader.section("wechat");
        let settings = Self {
            base_url: section.value(
                "base_url",
                BaseUrl::default(),
                "The base URL of WeChat's server API, or of a proxy or a simulator in its place",
            ),
            insecure_base_url: section.value(
                "insecure_base_url",
                false,
                "Allows `yaoshi serve` to reach WeChat over plain http, which exposes AppSecret and session_key \
                 to everyone on the network path",
            ),
            connect_timeout: section.duration(
                "connect_timeout",
                Duration::from_secs(2),
                "Timeout for connecting to WeChat",
            ),
            total_timeout: section.duration(
                "total_timeout",
                Duration::from_secs(5),
                "Timeout for a code exchange, retry included",
            ),
            max_in_flight: section.value(
                "max_in_flight",
                const { NonZeroUsize::new(256).unwrap() },
                "The maximum number of concurrent calls to WeChat, for each of its endpoints",
            ),
            max_wait: section.value(
                "max_wait",
                Duration::from_millis(250),
                "How long an exchange waits while the maximum number of calls is in flight, before the client is told \
                 to retry",
            ),
            breaker_failures: section.value(
                "breaker_failures",
                const { NonZeroU32::new(10).unwrap() },
                "How many consecutive failures of an endpoint open its circuit breaker, so that calls to it fail at once",
            ),
            breaker_pause: section.duration(
                "breaker_pause",
                Duration::from_secs(2),
                "How long an open circuit breaker stays open",
            ),
            extra_roots_file: section.optional(
                "extra_roots_file",
                "A PEM file with root certificates to trust in addition to the system's, for a TLS proxy of your own",
            ),
        };
        section.finish();
        settings
    }
}

impl Setting for BaseUrl {
    const FORM: Form = Form::Text;
    const EXPECTED: &'static str = "a URL with https:// or http://, without user, query and fragment";
    // The invalid URL may contain a password.
    const IS_SECRET: bool = true;

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}
