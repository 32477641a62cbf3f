//! The HTTP face's limits, out of the configuration.

use http_api::{ConnectionLimits, HttpPolicy, TrustedProxies};

use crate::configuration::Configuration;

pub(crate) fn policy(configuration: &Configuration) -> HttpPolicy {
    let settings = &configuration.http;
    HttpPolicy {
        body_limit: settings.max_body_bytes.get(),
        body_timeout: settings.body_timeout,
        max_waiting_body_bytes: settings.max_waiting_body_bytes.get(),
        request_timeout: settings.request_timeout,
        max_in_flight: settings.max_concurrent_requests.get(),
        limits: configuration.limits,
        cors_origins: settings.cors_origins.iter().map(crate::configuration::CorsOrigin::to_header).collect(),
        tutorial_routes: settings.tutorial_routes,
        trusted_proxies: TrustedProxies::new(settings.trusted_proxies.clone()),
    }
}

pub(crate) fn connections(configuration: &Configuration) -> ConnectionLimits {
    let settings = &configuration.http;
    ConnectionLimits {
        idle_timeout: settings.header_timeout,
        max_head_bytes: settings.max_header_bytes.get(),
        max_headers: settings.max_headers.get(),
        max_connections: settings.max_connections.get(),
        max_connections_per_address: settings.max_connections_per_address.get(),
        trusted_proxies: TrustedProxies::new(settings.trusted_proxies.clone()),
        drain: settings.drain_timeout,
    }
}
