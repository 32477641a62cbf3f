use std::{
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroUsize,
    time::Duration,
};

use super::{
    reader::Reader,
    setting::{Form, Setting},
};

/// `[http]`: where and within which limits requests are taken.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Where the API is served.
    pub listen: SocketAddr,
    /// Where operators find health and metrics.
    pub ops_listen: OpsListen,
    /// The longest body that is taken, in bytes.
    pub max_body_bytes: NonZeroUsize,
    /// How long a request may take in all.
    pub request_timeout: Duration,
    /// How many requests are worked on at once.
    pub max_concurrent_requests: NonZeroUsize,
    /// How long requests under way may hold up a shutdown.
    pub drain_timeout: Duration,
}

const LOOPBACK: Ipv4Addr = Ipv4Addr::LOCALHOST;

impl HttpSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut section = reader.section("http");
        let settings = Self {
            listen: section.value(
                "listen",
                SocketAddr::new(LOOPBACK.into(), 8080),
                "Where the API is served",
            ),
            ops_listen: section.value(
                "ops_listen",
                OpsListen::At(SocketAddr::new(LOOPBACK.into(), 9090)),
                "Where `/healthz`, `/readyz` and `/metrics` are served, or `off`. Metrics are for operators: \
                 keep it off the internet",
            ),
            max_body_bytes: section.value(
                "max_body_bytes",
                const { NonZeroUsize::new(256 * 1024).unwrap() },
                "The longest body of a request, in bytes",
            ),
            request_timeout: section.value(
                "request_timeout",
                Duration::from_secs(15),
                "How long a request may take in all",
            ),
            max_concurrent_requests: section.value(
                "max_concurrent_requests",
                const { NonZeroUsize::new(1024).unwrap() },
                "How many requests are worked on at once; more are told to retry",
            ),
            drain_timeout: section.value(
                "drain_timeout",
                Duration::from_secs(20),
                "How long requests under way may hold up a shutdown",
            ),
        };
        section.finish();
        settings
    }
}

/// Where operators find health and metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpsListen {
    /// At this address.
    At(SocketAddr),
    /// Nowhere.
    Off,
}

impl Setting for OpsListen {
    const FORM: Form = Form::Text;
    const EXPECTED: &'static str = "an IP address and a port, as 127.0.0.1:9090, or off";

    fn parse(text: &str) -> Option<Self> {
        if text == "off" { Some(Self::Off) } else { text.parse().ok().map(Self::At) }
    }

    fn show(&self) -> String {
        match self {
            Self::At(address) => address.to_string(),
            Self::Off => "off".to_owned(),
        }
    }
}
