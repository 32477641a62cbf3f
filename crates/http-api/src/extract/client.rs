use std::{convert::Infallible, sync::Arc};

use axum::extract::FromRequestParts;
use domain::session::ClientInfo;
use http::{header, request::Parts};

use crate::{api::Api, client_address::client_address};

/// The address and the user agent of the client, for records of sessions.
pub(crate) struct Client(pub(crate) ClientInfo);

impl FromRequestParts<Arc<Api>> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Infallible> {
        let address = client_address(&parts.extensions, &parts.headers, &api.policy.trusted_proxies);
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self(ClientInfo::new(address, user_agent)))
    }
}
