use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use http::{HeaderMap, HeaderName};

pub(super) const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The proxies whose `X-Forwarded-For` header is believed. Any client can send that header, so it counts
/// only where the connection comes from one of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<ProxyNetwork>);

/// The addresses that start with the same bits: one address (`10.0.0.1`), or a network with a prefix
/// length (`10.0.0.0/8`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyNetwork {
    address: IpAddr,
    prefix: u8,
}

/// Text that is neither an IP address nor a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidNetwork(String);

impl fmt::Display for InvalidNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` must be an IP address or a network such as 10.0.0.0/8", self.0)
    }
}

impl std::error::Error for InvalidNetwork {}

impl TrustedProxies {
    /// The proxies in these networks.
    pub const fn new(networks: Vec<ProxyNetwork>) -> Self {
        Self(networks)
    }

    /// The client's address: that of the nearest hop which is not a trusted proxy.
    pub(crate) fn client_behind(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        for hop in hops(headers) {
            if !self.trusts(client) {
                break;
            }
            let Some(hop) = hop else { break };
            client = hop;
        }
        client
    }

    /// Whether `address` is that of a trusted proxy.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(address))
    }
}

/// The addresses in `X-Forwarded-For`, nearest first; `None` for what is not one.
fn hops(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let values = headers.get_all(X_FORWARDED_FOR).into_iter().collect::<Vec<_>>();
    values.into_iter().rev().flat_map(|value| {
        let text = value.to_str().unwrap_or_default();
        text.rsplit(',').map(|hop| address_in(hop.trim()))
    })
}

/// An address as proxies write it: with or without brackets and port.
fn address_in(hop: &str) -> Option<IpAddr> {
    let address = hop.parse().or_else(|_| hop.parse().map(|hop: SocketAddr| hop.ip()));
    let address = address.ok().or_else(|| hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok());
    address.map(|address| address.to_canonical())
}

impl ProxyNetwork {
    fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differing = (network.to_bits() ^ address.to_bits()).leading_zeros();
                differing >= u32::from(self.prefix)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differing = (network.to_bits() ^ address.to_bits()).leading_zeros();
                differing >= u32::from(self.prefix)
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for ProxyNetwork {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let invalid = || InvalidNetwork(text.to_owned());
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().map_err(|_| invalid())?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| invalid())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        if prefix > longest { Err(invalid()) } else { Ok(Self { address, prefix }) }
    }
}

impl fmt::Display for ProxyNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behind(trusted: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(X_FORWARDED_FOR, value.parse().unwrap());
        }
        let networks = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let trusted = TrustedProxies::new(networks);
        trusted.client_behind(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn an_untrusted_client_cannot_choose_its_address() {
        assert_eq!(behind(&[], "203.0.113.9", &["198.51.100.7"]), "203.0.113.9");
        assert_eq!(behind(&["10.0.0.0/8"], "203.0.113.9", &["198.51.100.7"]), "203.0.113.9");
    }

    #[test]
    fn trusted_hops_are_skipped_beginning_with_the_nearest() {
        let trusted = ["10.0.0.0/8", "::1"];
        assert_eq!(behind(&trusted, "10.1.2.3", &["6.6.6.6, 198.51.100.7, 10.9.9.9"]), "198.51.100.7");
        assert_eq!(behind(&trusted, "10.1.2.3", &["6.6.6.6", "198.51.100.7"]), "198.51.100.7");
        assert_eq!(behind(&trusted, "::ffff:10.1.2.3", &["[2001:db8::1]:443"]), "2001:db8::1");
        assert_eq!(behind(&trusted, "::1", &["[2001:db8::1]"]), "2001:db8::1");
        assert_eq!(behind(&trusted, "10.1.2.3", &["198.51.100.7:1234"]), "198.51.100.7");
    }

    #[test]
    fn text_that_is_no_address_ends_the_chain() {
        assert_eq!(behind(&["10.0.0.0/8"], "10.1.2.3", &["198.51.100.7, unknown"]), "10.1.2.3");
        assert_eq!(behind(&["10.0.0.0/8"], "10.1.2.3", &[]), "10.1.2.3");
    }

    #[test]
    fn prefixes_count_bits() {
        assert_eq!(behind(&["10.0.0.0/9"], "10.128.0.1", &["1.1.1.1"]), "10.128.0.1");
        assert_eq!(behind(&["0.0.0.0/0"], "10.128.0.1", &["1.1.1.1"]), "1.1.1.1");
        assert_eq!(behind(&["2001:db8::/33"], "2001:db8:8000::1", &["1.1.1.1"]), "2001:db8:8000::1");
    }

    #[test]
    fn text_that_is_no_network_is_refused() {
        for text in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "example.org", "10.0.0.0/-1"] {
            assert!(text.parse::<ProxyNetwork>().is_err(), "{text}");
        }
    }
    #[test]
    fn networks_read_back_as_they_are_written() {
        for (text, written) in [("10.0.0.0/8", "10.0.0.0/8"), ("10.0.0.1", "10.0.0.1/32"), ("::1", "::1/128")]
        {
            let network: ProxyNetwork = text.parse().unwrap();
            assert_eq!(network.to_string(), written);
            assert_eq!(written.parse(), Ok(network));
        }
    }
}
