use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;
use url::{Host, Url};

use crate::addresses::is_global;

/// Resolves a host's name to its addresses on the Internet only.
///
/// It resolves for each connection. A check of the name before would prove nothing: the name may have another address
/// by the time of the connection.
pub(crate) struct GlobalAddresses;

/// A host has addresses, and none of them is on the Internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no address of the host is on the Internet")]
pub(crate) struct PrivateHost;

impl Resolve for GlobalAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // Port 0 stands for that of the URL.
            let addresses = lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(only_global(addresses)?.into_iter()) as Addrs)
        })
    }
}

fn only_global(mut addresses: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, PrivateHost> {
    let is_known = !addresses.is_empty();
    addresses.retain(|address| is_global(address.ip()));
    if is_known && addresses.is_empty() { Err(PrivateHost) } else { Ok(addresses) }
}

/// Whether the URL has an address that is not on the Internet in place of a host's name. Such an address is not
/// resolved. The URL's parser has normalised the other ways to write an address, such as one number.
pub(crate) fn has_private_address(url: &Url) -> bool {
    let address = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        Some(Host::Domain(_)) | None => return false,
    };
    !is_global(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_on_the_internet_are_left() {
        let [global, other, private] =
            ["1.1.1.1:0", "[2606:4700::1111]:0", "10.0.0.1:0"].map(|text| text.parse().unwrap());
        for (addresses, left) in [
            (vec![private, global, private, other], Ok(vec![global, other])),
            (vec![global], Ok(vec![global])),
            (vec![private, private], Err(PrivateHost)),
            (vec![], Ok(vec![])),
        ] {
            assert_eq!(only_global(addresses), left);
        }
    }

    #[tokio::test]
    async fn a_name_of_this_machine_has_no_address_on_the_internet() {
        let resolved = GlobalAddresses.resolve("localhost".parse().unwrap()).await;
        assert!(resolved.is_err_and(|error| error.is::<PrivateHost>()));
    }

    #[tokio::test]
    async fn an_unknown_name_is_not_a_private_one() {
        let resolved = GlobalAddresses.resolve("no-such-host.invalid".parse().unwrap()).await;
        assert!(resolved.is_err_and(|error| !error.is::<PrivateHost>()));
    }

    #[test]
    fn an_address_is_found_however_it_is_written() {
        for url in [
            "http://127.0.0.1",
            "http://127.1:8080/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://127.0.0.1./",
            "http://%31%32%37.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://0/",
        ] {
            assert!(has_private_address(&url.parse().unwrap()), "{url}");
        }
        for url in ["http://1.1.1.1", "http://[2606:4700::1111]", "http://16843009/", "http://a.test"] {
            assert!(!has_private_address(&url.parse().unwrap()), "{url}");
        }
    }
}
