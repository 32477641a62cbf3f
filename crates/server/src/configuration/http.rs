use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroUsize,
    str::FromStr,
    time::Duration,
};

use domain::assertion::Issuer;
use http::{HeaderValue, Uri, uri::Scheme};
use http_api::ProxyNetwork;

use super::{
    findings::Findings,
    reader::{Reader, Section},
    setting::{Form, Setting},
};

/// `[http]`: where and within which limits requests are taken.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Where the API is served.
    pub listen: SocketAddr,
    /// Where operators find health and metrics.
    pub ops_listen: OptionalAddress,
    /// Where the console is served.
    pub admin_listen: OptionalAddress,
    /// The console's own address, as operators' browsers know it.
    pub admin_url: Option<CorsOrigin>,
    /// This server's own address, as clients and back ends know it.
    pub public_url: Option<Issuer>,
    /// The longest body that is taken, in bytes.
    pub max_body_bytes: NonZeroUsize,
    /// How long a body may take to arrive.
    pub body_timeout: Duration,
    /// How many bytes the unfinished bodies of all requests may have together.
    pub max_waiting_body_bytes: NonZeroUsize,
    /// How long a request may take in all.
    pub request_timeout: Duration,
    /// How many requests are worked on at once.
    pub max_concurrent_requests: NonZeroUsize,
    /// How many connections are open at once.
    pub max_connections: NonZeroUsize,
    /// How many connections one address may have open.
    pub max_connections_per_address: NonZeroUsize,
    /// How long the head of a request may take to arrive.
    pub header_timeout: Duration,
    /// The longest head of a request, in bytes.
    pub max_header_bytes: HeaderBytes,
    /// How many headers a request may have.
    pub max_headers: NonZeroUsize,
    /// How long requests under way may hold up a shutdown.
    pub drain_timeout: Duration,
    /// The web origins that browsers may call from.
    pub cors_origins: Vec<CorsOrigin>,
    /// Whether the routes of the tutorial are served.
    pub tutorial_routes: bool,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<ProxyNetwork>,
}

impl HttpSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut section = reader.section("http");
        let settings = Self {
            listen: section.value("listen", loopback(8080), "Where the API is served"),
            ops_listen: section.value(
                "ops_listen",
                OptionalAddress::At(loopback(9090)),
                "Where `/healthz`, `/readyz` and `/metrics` are served for operators, or `off`. Keep it off \
                 the internet",
            ),
            admin_listen: section.value(
                "admin_listen",
                OptionalAddress::Off,
                "Where the console and the API behind it are served for operators, such as `127.0.0.1:9091`, or `off`. \
                 Keep it off the internet",
            ),
            admin_url: section.optional(
                "admin_url",
                "The console's address in operators' browsers, such as `https://console.example.org`, where that is \
                 not a loopback address",
            ),
            public_url: section.optional(
                "public_url",
                "This server's address, as clients and back ends know it, such as `https://login.example.org`: \
                 the issuer of assertions. Without it there are none",
            ),
            max_body_bytes: count(&mut section, "max_body_bytes", BODY, "The longest body, in bytes"),
            body_timeout: section.duration(
                "body_timeout",
                Duration::from_secs(5),
                "How long the body of a request may take to arrive",
            ),
            max_waiting_body_bytes: count(
                &mut section,
                "max_waiting_body_bytes",
                WAITING_BODIES,
                "How many bytes the unfinished bodies of all requests may have together; a request whose body goes \
                 beyond it is told to retry",
            ),
            request_timeout: section.duration("request_timeout",
                Duration::from_secs(10),
                "How long a request may take in all",
            ),
            max_concurrent_requests: count(
                &mut section,
                "max_concurrent_requests",
                REQUESTS,
                "How many requests are worked on at once; more are told to retry. A request counts once its body is \
                 there; probes do not count",
            ),
            max_connections: count(
                &mut section,
                "max_connections",
                CONNECTIONS,
                "How many connections are open at once; more wait to be accepted, and idle ones are closed sooner",
            ),
            max_connections_per_address: count(
                &mut section,
                "max_connections_per_address",
                CONNECTIONS_PER_ADDRESS,
                "How many connections one address has open, or one /64 network of IPv6 addresses; more are closed at \
                 once. Those of `trusted_proxies` are not counted",
            ),
            header_timeout: section.duration("header_timeout",
                Duration::from_secs(30),
                "How long the head of a request may take to arrive, and an answer to be taken; an idle connection is closed after as long",
            ),
            max_header_bytes: section.value(
                "max_header_bytes",
                HeaderBytes(16 * 1024),
                "The longest head of a request, in bytes",
            ),
            max_headers: count(&mut section, "max_headers", HEADERS, "How many headers a request may have"),
            drain_timeout: section.value(
                "drain_timeout",
                Duration::from_secs(30),
                "How long requests under way may hold up a shutdown",
            ),
            cors_origins: section.list(
                "cors_origins",
                "The web origins that browsers may call from, as `https://admin.example.org`. Mini Programs \
                 need none",
            ),
            tutorial_routes: section.value(
                "tutorial_routes",
                true,
                "Whether `/login/` and `/getinfo/` of the common tutorial are served",
            ),
            trusted_proxies: section.list(
                "trusted_proxies",
                "The proxies whose `X-Forwarded-For` is believed: addresses, or networks as `10.0.0.0/8`",
            ),
        };
        section.finish();
        settings
    }

    /// Checks the rules that involve two keys.
    pub(super) fn check(&self, reader: &mut Reader) {
        self.check_listeners(&mut reader.findings);
        if self.max_waiting_body_bytes < self.max_body_bytes {
            let message = "must not be less than http.max_body_bytes: such a body could never arrive";
            reader.findings.reject("http.max_waiting_body_bytes", message);
        }
    }
}

impl HttpSettings {
    /// Every listener needs an address of its own.
    fn check_listeners(&self, findings: &mut Findings) {
        let listeners = [
            ("http.listen", OptionalAddress::At(self.listen)),
            ("http.ops_listen", self.ops_listen),
            ("http.admin_listen", self.admin_listen),
        ];
        for (number, one) in listeners.iter().enumerate() {
            for other in listeners.iter().skip(number + 1) {
                reject_overlap(*one, *other, findings);
            }
        }
    }
}

/// Rejects two listeners at one address, at the later of their keys that is set.
fn reject_overlap(
    (key, address): (&'static str, OptionalAddress),
    (other_key, other_address): (&'static str, OptionalAddress),
    findings: &mut Findings,
) {
    let (OptionalAddress::At(one), OptionalAddress::At(other)) = (address, other_address) else { return };
    let keys = [other_key, key];
    let Some(set) = keys.into_iter().find(|key| findings.origins.contains_key(*key)) else { return };
    if overlap(one, other) && !keys.iter().any(|key| findings.has_error_in(key)) {
        let message =
            format!("{key} ({one}) and {other_key} ({other}) are one address: give each a port of its own");
        findings.reject(set, message);
    }
}

/// Whether two listeners cannot both have their address. The system chooses another port for each port 0.
fn overlap(one: SocketAddr, other: SocketAddr) -> bool {
    let covers =
        |ip: IpAddr, other: IpAddr| ip == other || (ip.is_unspecified() && (ip.is_ipv6() || other.is_ipv4()));
    let (ip, other_ip) = (one.ip().to_canonical(), other.ip().to_canonical());
    one.port() != 0 && one.port() == other.port() && (covers(ip, other_ip) || covers(other_ip, ip))
}

const BODY: NonZeroUsize = NonZeroUsize::new(128 * 1024).unwrap();
const WAITING_BODIES: NonZeroUsize = NonZeroUsize::new(128 * 1024 * 1024).unwrap();
const REQUESTS: NonZeroUsize = NonZeroUsize::new(4096).unwrap();
const CONNECTIONS: NonZeroUsize = NonZeroUsize::new(8192).unwrap();
const CONNECTIONS_PER_ADDRESS: NonZeroUsize = NonZeroUsize::new(512).unwrap();
const HEADERS: NonZeroUsize = NonZeroUsize::new(64).unwrap();

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port)
}

fn count(
    section: &mut Section<'_>,
    name: &'static str,
    default: NonZeroUsize,
    meaning: &'static str,
) -> NonZeroUsize {
    section.value(name, default, meaning)
}

/// Where something is served that may be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionalAddress {
    /// At this address.
    At(SocketAddr),
    /// Nowhere.
    Off,
}

impl Setting for OptionalAddress {
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

/// How long the head of a request may be, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderBytes(usize);

impl HeaderBytes {
    /// How many.
    pub const fn get(self) -> usize {
        self.0
    }
}

impl Setting for HeaderBytes {
    const FORM: Form = Form::Integer;
    const EXPECTED: &'static str = "a whole number from 8192";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().filter(|bytes| *bytes >= 8192).map(Self)
    }

    fn show(&self) -> String {
        self.0.to_string()
    }
}

impl Setting for Issuer {
    const FORM: Form = Form::Text;
    const EXPECTED: &'static str = "a web address without a path, such as https://login.example.org";

    fn parse(text: &str) -> Option<Self> {
        CorsOrigin::parse(text)?.as_str().parse().ok()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// A web origin: scheme, host, and a port where it is not the scheme's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorsOrigin(HeaderValue);

impl CorsOrigin {
    /// What one has to be, as it follows "must be".
    pub const EXPECTED: &'static str = "a web origin without a path, as https://admin.example.org";

    /// As browsers send it.
    pub fn to_header(&self) -> HeaderValue {
        self.0.clone()
    }

    /// Whether it is reached by TLS.
    pub fn is_https(&self) -> bool {
        self.as_str().starts_with("https://")
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        // What was parsed from text is text.
        self.0.to_str().unwrap_or_default()
    }
}

impl FromStr for CorsOrigin {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Setting::parse(text).ok_or(())
    }
}

impl Setting for CorsOrigin {
    const FORM: Form = Form::Text;
    const EXPECTED: &'static str = Self::EXPECTED;

    fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let is_web = [Some(&Scheme::HTTPS), Some(&Scheme::HTTP)].contains(&uri.scheme());
        let authority = uri.authority()?.as_str();
        // Browsers compare the text: what would never be equal to theirs is a mistake.
        let is_whole = text == format!("{}://{authority}", uri.scheme_str()?);
        let is_plain = !authority.contains('@') && authority.to_ascii_lowercase() == authority;
        if is_web && is_whole && is_plain { HeaderValue::from_str(text).ok().map(Self) } else { None }
    }

    fn show(&self) -> String {
        self.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_overlap_where_the_system_would_refuse_the_second() {
        let table = [
            ("127.0.0.1:80", "127.0.0.1:80", true),
            ("0.0.0.0:80", "127.0.0.1:80", true),
            ("10.0.0.1:80", "0.0.0.0:80", true),
            ("[::]:80", "10.0.0.1:80", true),
            ("[::]:80", "[::1]:80", true),
            ("[::ffff:127.0.0.1]:80", "127.0.0.1:80", true),
            ("0.0.0.0:80", "[::1]:80", false),
            ("127.0.0.1:80", "127.0.0.1:81", false),
            ("127.0.0.1:80", "10.0.0.1:80", false),
            ("127.0.0.1:0", "127.0.0.1:0", false),
        ];
        for (one, other, expected) in table {
            let (first, second) = (one.parse().unwrap(), other.parse().unwrap());
            assert_eq!(overlap(first, second), expected, "{one} {other}");
            assert_eq!(overlap(second, first), expected, "{other} {one}");
        }
    }
}
