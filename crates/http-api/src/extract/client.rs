use std::{convert::Infallible, sync::Arc};

use axum::extract::FromRequestParts;
use domain::session::ClientInfo;
use http::{header, request::Parts};

use crate::{
    api::Api,
    client_address::{TrustedProxies, client_address},
};

/// The address and the user agent of the client, for records of sessions.
pub(crate) struct Client(pub(crate) ClientInfo);

/// The state of a router whose requests may come through proxies.
pub(crate) trait BehindProxies: Sync {
    /// The proxies whose `X-Forwarded-For` is believed.
    fn trusted_proxies(&self) -> &TrustedProxies;
}

impl BehindProxies for Arc<Api> {
    fn trusted_proxies(&self) -> &TrustedProxies {
        &self.policy.trusted_proxies
    }
}

impl<S: BehindProxies> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let address = client_address(&parts.extensions, &parts.headers, state.trusted_proxies());
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self(ClientInfo::new(address, user_agent)))
    }
}
