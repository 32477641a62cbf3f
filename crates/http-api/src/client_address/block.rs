use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How many leading bits of an IPv6 address count: the network that an access provider gives to one
/// household or office, within which a client picks addresses as it likes.
const IPV6_PREFIX: u32 = 64;

/// The addresses that count as one client: an IPv4 address, or the /64 network of an IPv6 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum AddressBlock {
    /// One address.
    V4(Ipv4Addr),
    /// A /64 network, by its first address.
    V6(Ipv6Addr),
}

impl AddressBlock {
    /// The block that `address` is in.
    pub(crate) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => {
                Self::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - IPV6_PREFIX))))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(address: &str) -> AddressBlock {
        AddressBlock::of(address.parse().unwrap())
    }

    #[test]
    fn ipv4_counts_by_address_and_ipv6_by_network() {
        assert_ne!(block("192.0.2.1"), block("192.0.2.2"));
        assert_eq!(block("192.0.2.1"), block("::ffff:192.0.2.1"));
        assert_eq!(block("2001:db8:0:1::1"), block("2001:db8:0:1:ffff:ffff:ffff:ffff"));
        assert_ne!(block("2001:db8:0:1::1"), block("2001:db8:0:2::1"));
    }
}
