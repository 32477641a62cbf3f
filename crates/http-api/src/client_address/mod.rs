//! Which address a request comes from: the other end of the connection, or what a trusted proxy
//! reports.

mod proxies;

use std::net::{IpAddr, SocketAddr};

use http::{Extensions, HeaderMap};

pub use proxies::{InvalidNetwork, ProxyNetwork, TrustedProxies};

/// The address at the other end of the connection. [`serve`](crate::serve) adds it to the extensions
/// of every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// The client's address, or `None` where the request carries no [`Peer`].
pub(crate) fn client_address(
    extensions: &Extensions,
    headers: &HeaderMap,
    trusted: &TrustedProxies,
) -> Option<IpAddr> {
    let Peer(peer) = extensions.get()?;
    Some(trusted.client_behind(peer.ip(), headers))
}
