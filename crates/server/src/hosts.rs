//! The hosts that requests to `yaoshi dev`, to `yaoshi simulator` and to the console may name.
//!
//! A web page can let its own name resolve to 127.0.0.1. For the browser it is then of one origin with what
//! listens there (DNS rebinding), and may read every response. Its requests still name the page's host.

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
    sync::Arc,
};

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use http::{StatusCode, Uri, header::HOST, uri::Authority};

use crate::configuration::CorsOrigin;

/// The host of a URL: a name or an IP address, without a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// A name, in lower case.
    Name(String),
    /// An IP address.
    Address(IpAddr),
}

impl Host {
    fn is_loopback(&self) -> bool {
        match self {
            Self::Name(name) => name == "localhost",
            Self::Address(ip) => ip.to_canonical().is_loopback(),
        }
    }
}

impl FromStr for Host {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unbracketed = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        if let Ok(address) = unbracketed.parse() {
            return Ok(Self::Address(address));
        }
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if text.is_empty() || !text.bytes().all(is_part) {
            return Err("must be a host name or an IP address, without scheme and port");
        }
        Ok(Self::Name(text.to_ascii_lowercase()))
    }
}

/// The hosts that requests may name: loopback names and addresses, and others that are configured.
#[derive(Clone, Debug, Default)]
pub struct AllowedHosts {
    others: Vec<Host>,
    guarded: Guarded,
}

/// What is guarded, which says how a host is allowed.
#[derive(Clone, Copy, Debug, Default)]
enum Guarded {
    /// A server for development.
    #[default]
    Development,
    /// The console.
    Console,
}

impl AllowedHosts {
    /// Allows these hosts besides loopback.
    pub fn new(others: impl IntoIterator<Item = Host>) -> Self {
        Self { others: others.into_iter().collect(), guarded: Guarded::Development }
    }

    /// The hosts of the console: loopback, and that of its configured address.
    pub(crate) fn of_console(url: Option<&CorsOrigin>) -> Self {
        let uri: Option<Uri> = url.and_then(|url| url.as_str().parse().ok());
        let host = uri.as_ref().and_then(Uri::authority).and_then(|authority| host_of(authority.as_str()));
        Self { others: host.into_iter().collect(), guarded: Guarded::Console }
    }

    /// Also allows the address that is listened on. That is no address if it stands for all of them.
    #[must_use]
    pub(crate) fn and_address(mut self, address: SocketAddr) -> Self {
        if !address.ip().is_unspecified() {
            self.others.push(Host::Address(address.ip()));
        }
        self
    }

    /// Also allows what `others` allows, and says how as they do.
    #[must_use]
    pub(crate) fn or(self, others: &Self) -> Self {
        let all = self.others.into_iter().chain(others.others.iter().cloned());
        Self { others: all.collect(), guarded: others.guarded }
    }

    /// Lets a request pass only if it names an allowed host, and nothing else.
    pub(crate) fn guard(self, router: Router) -> Router {
        let hosts = Arc::new(self);
        router.layer(from_fn(move |request: Request, next: Next| {
            let hosts = Arc::clone(&hosts);
            async move {
                match hosts.check(&request) {
                    Ok(()) => next.run(request).await,
                    Err(refused) => refused.into_response(),
                }
            }
        }))
    }

    fn check(&self, request: &Request) -> Result<(), Refused> {
        let in_headers = request.headers().get_all(HOST).iter().map(|host| host.to_str().unwrap_or_default());
        let in_target = request.uri().authority().map(Authority::as_str);
        let mut named = in_target.into_iter().chain(in_headers).peekable();
        if named.peek().is_none() {
            return Err(Refused { named: String::new(), guarded: self.guarded });
        }
        let refused = named.find(|text| !host_of(text).is_some_and(|host| self.allows(&host)));
        refused.map_or(Ok(()), |text| Err(Refused { named: text.to_owned(), guarded: self.guarded }))
    }

    fn allows(&self, host: &Host) -> bool {
        host.is_loopback() || self.others.contains(host)
    }
}

fn host_of(authority: &str) -> Option<Host> {
    let authority: Authority = authority.parse().ok().filter(|_| !authority.contains('@'))?;
    authority.host().parse().ok()
}

/// A request for a host that is not an allowed one.
struct Refused {
    named: String,
    guarded: Guarded,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self { named, guarded } = self;
        let remedy = match guarded {
            Guarded::Development => {
                let option = match host_of(&named) {
                    Some(Host::Name(name)) => name,
                    Some(Host::Address(address)) => address.to_string(),
                    None => "HOST".to_owned(),
                };
                format!("start the command with --allow-host {option}")
            }
            Guarded::Console => "set http.admin_url to the console's address in the browser".to_owned(),
        };
        let text = format!(
            "This server takes requests for localhost and loopback addresses only, so that no web page can reach it \
             by DNS rebinding; this one is for {named:?}.\n\
             If the host is yours, {remedy}\n"
        );
        (StatusCode::FORBIDDEN, text).into_response()
    }
}

/// A warning, if other machines can reach what listens on `address`, which `key` configures.
pub(crate) fn exposure(key: &str, address: SocketAddr) -> Option<String> {
    (!address.ip().to_canonical().is_loopback()).then(|| {
        format!(
            "{key}: other machines can reach {address}. This is for development: whoever reaches it can log in as \
             anybody"
        )
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn request(target: &str, hosts: &[&str]) -> Request {
        let request = Request::builder().uri(target);
        hosts.iter().fold(request, |request, host| request.header(HOST, *host)).body(Body::empty()).unwrap()
    }

    #[test]
    fn loopback_and_configured_hosts_are_allowed() {
        let hosts = AllowedHosts::new(["Simulator".parse().unwrap(), "192.168.1.5".parse().unwrap()])
            .and_address("10.0.0.7:8080".parse().unwrap())
            .and_address("0.0.0.0:8081".parse().unwrap());
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:8080",
            "127.8.9.10",
            "[::1]:8080",
            "[::ffff:127.0.0.1]",
            "simulator:8081",
            "192.168.1.5:1",
            "10.0.0.7:8080",
        ] {
            assert!(hosts.check(&request("/", &[host])).is_ok(), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:8080",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "localhost:80@evil.example",
            "evil.example@localhost",
            "simulator.evil.example",
            "0.0.0.0:8081",
            "10.0.0.8",
            "[::2]",
            "",
            "a b",
        ] {
            assert!(hosts.check(&request("/", &[host])).is_err(), "{host}");
        }
    }

    #[test]
    fn every_host_that_a_request_names_counts() {
        let hosts = AllowedHosts::default();
        let table: [(&str, &[&str], bool); 6] = [
            ("/", &[], false),
            ("/", &["localhost", "evil.example"], false),
            ("http://evil.example/", &["localhost"], false),
            ("http://localhost/", &["evil.example"], false),
            ("http://localhost/", &["localhost"], true),
            ("http://localhost/", &[], true),
        ];
        for (target, named, allowed) in table {
            assert_eq!(hosts.check(&request(target, named)).is_ok(), allowed, "{target} {named:?}");
        }
    }

    #[test]
    fn an_allowed_host_has_no_scheme_and_no_port() {
        for text in ["", "simulator:8081", "http://simulator", "a/b", "a b", "*"] {
            assert!(text.parse::<Host>().is_err(), "{text}");
        }
    }

    #[test]
    fn only_loopback_is_without_a_warning() {
        for (address, warns) in [
            ("127.0.0.1:1", false),
            ("[::1]:1", false),
            ("0.0.0.0:1", true),
            ("[::]:1", true),
            ("10.0.0.1:1", true),
        ] {
            assert_eq!(exposure("http.listen", address.parse().unwrap()).is_some(), warns, "{address}");
        }
    }
}
