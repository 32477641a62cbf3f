//! Which address a request comes from: the other end of the connection, or what a trusted proxy
//! reports.

mod block;
mod proxies;

use std::net::{IpAddr, SocketAddr};

use http::{Extensions, HeaderMap};

pub(crate) use block::AddressBlock;
pub use proxies::{InvalidNetwork, ProxyNetwork, TrustedProxies};

/// The address at the other end of the connection. [`serve`](crate::serve) adds it to the extensions
/// of every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Whether the header of a proxy comes from a peer that is not trusted as one.
pub(crate) fn is_forwarded_by_a_stranger(
    extensions: &Extensions,
    headers: &HeaderMap,
    trusted: &TrustedProxies,
) -> bool {
    let peer = extensions.get().map(|Peer(peer)| peer.ip());
    headers.contains_key(proxies::X_FORWARDED_FOR) && peer.is_some_and(|peer| !trusted.trusts(peer))
}

/// The client's address, or `None` where the request carries no [`Peer`].
pub(crate) fn client_address(
    extensions: &Extensions,
    headers: &HeaderMap,
    trusted: &TrustedProxies,
) -> Option<IpAddr> {
    let Peer(peer) = extensions.get()?;
    Some(trusted.client_behind(peer.ip(), headers))
}
