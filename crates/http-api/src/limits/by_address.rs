//! Which requests are limited by the client's address.

use axum::extract::Request;
use http::Method;

use super::Limits;
use crate::{
    client_address::{AddressBlock, TrustedProxies, client_address, is_forwarded_by_a_stranger},
    problem::Problem,
};

/// What of an address is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AddressLimit {
    Login,
    Registration,
    Phone,
}

impl AddressLimit {
    /// The limit on requests of this method to `route`, a template such as `/v1/login`.
    fn of(method: &Method, route: &str) -> Option<Self> {
        match (method, route) {
            (&Method::POST, "/v1/login" | "/login/") => Some(Self::Login),
            (&Method::POST, "/v1/register" | "/getinfo/") => Some(Self::Registration),
            (&Method::PUT, "/v1/me/phone") => Some(Self::Phone),
            _ => None,
        }
    }
}

impl Limits {
    /// Counts a request to `route`, unless neither the route nor the request is limited by address.
    pub(crate) fn count_address(
        &self,
        request: &Request,
        route: &str,
        trusted: &TrustedProxies,
    ) -> Result<(), Problem> {
        let Some(limit) = AddressLimit::of(request.method(), route) else { return Ok(()) };
        let (extensions, headers) = (request.extensions(), request.headers());
        let Some(address) = client_address(extensions, headers, trusted) else { return Ok(()) };
        let limiter = match limit {
            AddressLimit::Login => &self.login_per_address,
            AddressLimit::Registration => &self.registration_per_address,
            AddressLimit::Phone => &self.phone_per_address,
        };
        limiter.check(&AddressBlock::of(address)).map_err(|exceeded| {
            let problem = Problem::from(exceeded);
            if is_forwarded_by_a_stranger(extensions, headers, trusted) {
                // Perhaps a proxy that was forgotten: all its clients count as one.
                problem.with_cause("the peer sends X-Forwarded-For and is not in http.trusted_proxies")
            } else {
                problem
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::openapi::{openapi, operations};

    #[test]
    fn limited_routes_document_it() {
        for (path, item) in &openapi().paths.paths {
            for (method, operation) in operations(item) {
                let is_limited = AddressLimit::of(&method, path).is_some();
                let is_for_services = path.starts_with("/service/v1/") || path == "/oauth/introspect";
                let is_by_identity_alone = path == "/v1/me/export";
                let is_documented = operation.responses.responses.contains_key("429");
                assert_eq!(
                    is_documented,
                    is_limited || is_for_services || is_by_identity_alone,
                    "{method} {path}"
                );
            }
        }
    }

    #[test]
    fn limits_name_only_routes_that_there_are() {
        let openapi = openapi();
        let limited: BTreeSet<_> = openapi
            .paths
            .paths
            .iter()
            .flat_map(|(path, item)| operations(item).map(move |(method, _)| (method, path)))
            .filter(|(method, path)| AddressLimit::of(method, path).is_some())
            .map(|(_, path)| path.as_str())
            .collect();
        assert_eq!(
            limited,
            BTreeSet::from(["/v1/login", "/login/", "/v1/register", "/getinfo/", "/v1/me/phone"])
        );
    }
}
