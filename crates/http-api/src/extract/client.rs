use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::extract::FromRequestParts;
use domain::session::ClientInfo;
use http::{Extensions, HeaderMap, header, request::Parts};

use super::TrustedProxies;
use crate::api::Api;

/// The other end of the connection. [`serve`](crate::serve) puts it beside every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Where a request came from.
pub(crate) struct Client(pub(crate) ClientInfo);

impl FromRequestParts<Arc<Api>> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Infallible> {
        let address = client_address(&parts.extensions, &parts.headers, &api.policy.trusted_proxies);
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self(ClientInfo::new(address, user_agent)))
    }
}

/// The client's address: the other end of the connection, or, where that is a trusted proxy, what
/// the proxy says.
pub(crate) fn client_address(
    extensions: &Extensions,
    headers: &HeaderMap,
    trusted: &TrustedProxies,
) -> Option<IpAddr> {
    let Peer(peer) = extensions.get()?;
    Some(trusted.client_behind(peer.ip(), headers))
}
