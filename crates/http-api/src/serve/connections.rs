//! How many connections each client has open.

use std::{
    collections::{HashMap, hash_map::Entry},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use metrics::{counter, describe_counter};

use crate::client_address::{AddressBlock, TrustedProxies};

const REFUSED: &str = "yaoshi_connections_refused_total";

/// Describes the metric of this module to the recorder.
pub(super) fn describe() {
    describe_counter!(REFUSED, "Connections that were closed at once, because their address had too many");
}

/// Counts the open connections of each address, so that no client keeps the others out. A trusted proxy
/// has all its clients' connections, and is not counted.
pub(super) struct OpenConnections {
    by_address: Arc<Counts>,
    max_per_address: usize,
    uncounted: TrustedProxies,
}

/// An entry for each address with open connections, and no others: there are never more entries than
/// connections.
#[derive(Default)]
struct Counts(Mutex<HashMap<AddressBlock, Count>>);

#[derive(Default)]
struct Count {
    open: usize,
    /// Whether a refusal was logged since the first of these connections was opened.
    is_logged: bool,
}

/// An open connection, until it is dropped.
pub(super) struct OpenConnection {
    /// `None` for one of a trusted proxy.
    counted: Option<(Arc<Counts>, AddressBlock)>,
}

impl OpenConnections {
    pub(super) fn new(max_per_address: usize, uncounted: TrustedProxies) -> Self {
        Self { by_address: Arc::default(), max_per_address, uncounted }
    }

    /// Counts a connection of `peer`; `None` where it has too many.
    pub(super) fn open(&self, peer: IpAddr) -> Option<OpenConnection> {
        if self.uncounted.trusts(peer) {
            return Some(OpenConnection { counted: None });
        }
        let block = AddressBlock::of(peer);
        let mut counts = self.by_address.lock();
        let count = counts.entry(block).or_default();
        if count.open < self.max_per_address {
            count.open += 1;
            return Some(OpenConnection { counted: Some((Arc::clone(&self.by_address), block)) });
        }
        counter!(REFUSED).increment(1);
        if !count.is_logged {
            count.is_logged = true;
            tracing::warn!(
                %peer,
                open = count.open,
                "too many connections from one address: further ones are closed (http.max_connections_per_address; a \
                 proxy belongs in http.trusted_proxies)"
            );
        }
        None
    }
}

impl Counts {
    fn lock(&self) -> MutexGuard<'_, HashMap<AddressBlock, Count>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        let Some((counts, block)) = &self.counted else { return };
        if let Entry::Occupied(mut entry) = counts.lock().entry(*block) {
            entry.get_mut().open -= 1;
            if entry.get().open == 0 {
                entry.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_so_many_connections_and_others_have_theirs() {
        let connections = OpenConnections::new(2, TrustedProxies::default());
        let first = connections.open(address("192.0.2.1"));
        let second = connections.open(address("::ffff:192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(connections.open(address("192.0.2.1")).is_none());
        assert!(connections.open(address("192.0.2.2")).is_some());
        drop(first);
        assert!(connections.open(address("192.0.2.1")).is_some());
    }

    #[test]
    fn ipv6_clients_are_counted_by_network() {
        let connections = OpenConnections::new(1, TrustedProxies::default());
        let _first = connections.open(address("2001:db8:0:1::1"));
        assert!(connections.open(address("2001:db8:0:1::2")).is_none());
        assert!(connections.open(address("2001:db8:0:2::1")).is_some());
    }

    #[test]
    fn a_trusted_proxy_is_not_counted() {
        let proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
        let connections = OpenConnections::new(1, proxies);
        let opened: Vec<_> = (0..100).map(|_| connections.open(address("10.0.0.1"))).collect();
        assert!(opened.iter().all(Option::is_some));
    }

    #[test]
    fn nothing_is_kept_of_addresses_without_connections() {
        let connections = OpenConnections::new(1, TrustedProxies::default());
        for bits in 0..1_000_u32 {
            let opened = connections.open(std::net::Ipv4Addr::from_bits(bits).into());
            assert!(opened.is_some());
        }
        assert!(connections.by_address.lock().is_empty());
    }
}
