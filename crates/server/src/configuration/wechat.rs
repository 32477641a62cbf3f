use std::{
    net::SocketAddr,
    num::{NonZeroU32, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use super::{
    reader::Reader,
    setting::{Form, Setting},
};

/// `[wechat]`: how WeChat is reached.
#[derive(Clone, Debug)]
pub struct WeChatSettings {
    /// Where WeChat's server API is.
    pub base_url: BaseUrl,
    /// Whether a production server may reach it without TLS.
    pub insecure_base_url: bool,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long an exchange may take in all.
    pub total_timeout: Duration,
    /// How many calls may be under way at once.
    pub max_in_flight: NonZeroUsize,
    /// How long an exchange waits for its turn.
    pub max_wait: Duration,
    /// After how many failures in a row calls stop.
    pub breaker_failures: NonZeroU32,
    /// How long they stop.
    pub breaker_pause: Duration,
    /// A file of certificates to trust besides the system's.
    pub extra_roots_file: Option<PathBuf>,
}

impl WeChatSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut section = reader.section("wechat");
        let settings = Self {
            base_url: section.value(
                "base_url",
                BaseUrl::default(),
                "Where WeChat's server API is, or a proxy or a simulator in its place",
            ),
            insecure_base_url: section.value(
                "insecure_base_url",
                false,
                "Lets `yaoshi serve` reach WeChat over plain http, which shows AppSecret and session_key to \
                 everybody on the way",
            ),
            connect_timeout: section.duration(
                "connect_timeout",
                Duration::from_secs(2),
                "How long connecting to WeChat may take",
            ),
            total_timeout: section.duration(
                "total_timeout",
                Duration::from_secs(5),
                "How long a code exchange may take in all, a second try included",
            ),
            max_in_flight: section.value(
                "max_in_flight",
                const { NonZeroUsize::new(256).unwrap() },
                "How many calls to WeChat may be under way at once",
            ),
            max_wait: section.value(
                "max_wait",
                Duration::from_millis(250),
                "How long an exchange waits for its turn before the client is told to retry",
            ),
            breaker_failures: section.value(
                "breaker_failures",
                const { NonZeroU32::new(10).unwrap() },
                "After how many failures in a row WeChat is left alone for a while",
            ),
            breaker_pause: section.duration(
                "breaker_pause",
                Duration::from_secs(2),
                "How long that while is",
            ),
            extra_roots_file: section.optional(
                "extra_roots_file",
                "A PEM file of certificates to trust besides the system's, for a TLS proxy of your own",
            ),
        };
        section.finish();
        settings
    }
}

/// Where WeChat's server API is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl Default for BaseUrl {
    /// WeChat itself.
    fn default() -> Self {
        Self("https://api.weixin.qq.com".to_owned())
    }
}

impl BaseUrl {
    /// A stand-in for WeChat on this machine.
    pub fn on_this_machine(address: SocketAddr) -> Self {
        Self(format!("http://{address}"))
    }

    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether calls go out without TLS.
    pub fn is_insecure(&self) -> bool {
        !self.0.starts_with("https://")
    }
}

impl Setting for BaseUrl {
    const FORM: Form = Form::Text;
    const EXPECTED: &'static str = "a URL with https:// or http://, without user, query and fragment";
    // Somebody may have put a user's password into it.
    const IS_SECRET: bool = true;

    fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let is_plain = rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"@?#".contains(&byte));
        let has_host = !rest.is_empty() && !rest.starts_with(['/', ':']);
        (is_plain && has_host).then(|| Self(text.to_owned()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}
