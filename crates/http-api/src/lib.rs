//! The HTTP face: routes, problems, OpenAPI.
//!
//! Each feature has one file, named as in the domain, with its request and response bodies, its routes
//! and the problems these may respond with. A handler parses its request into a command of domain types,
//! calls a use case and writes the outcome; it contains no rules.
//!
//! [`router`] builds the routes and [`serve`] serves them on a listener. The module `observe` does what
//! every request needs: ids, limits, the log line, metrics and headers. Every failure is a problem with a
//! code from [`TABLE`].
//!
//! A metrics recorder has to be installed before [`router`] and [`ops_router`] are called, because they
//! register the metrics of each route once.

mod access_token;
mod account;
mod admin;
mod admission;
mod api;
mod assertion;
mod client_address;
mod compat;
mod diagnosis;
mod docs;
mod dto;
mod encrypted_channel;
mod error_chain;
mod examples;
mod export;
mod extract;
mod fallback;
mod health;
mod introspection;
mod limits;
mod login;
mod metered;
mod observe;
mod open_data;
mod openapi;
mod people;
mod phone;
mod policy;
mod problem;
mod profile;
mod push;
mod readiness;
mod registration;
mod serve;
mod session;
mod signature;
mod user;
mod verification;

use std::sync::Arc;

use axum::Router;
use http::{HeaderName, Method, header};
use tower_http::cors::CorsLayer;

use crate::{admission::Admission, fallback::with_fallbacks, observe::Diagnosing};

pub use account::ErasureBody;
pub use admin::{
    AdminApi, AdminPorts, DeliveryBody, OperatorRecord, PushBody, PushDetailsBody, admin_openapi,
    admin_openapi_json, admin_router, admin_routes,
};
pub use api::{Api, Ports};
pub use client_address::{InvalidNetwork, Peer, ProxyNetwork, TrustedProxies};
pub use diagnosis::DiagnosisBody;
pub use error_chain::error_chain;
pub use examples::APP_ID as EXAMPLE_APP_ID;
pub use export::ExportBody;
pub use health::ops_router;
pub use limits::{Rate, RateLimits};
pub use observe::Observed;
pub use openapi::{Authorization, Documentation, Route, openapi, openapi_json, routes};
pub use people::{EventBody, PersonBody, PersonDetailsBody};
pub use policy::HttpPolicy;
pub use problem::{
    FieldProblem, ProblemBody, ProblemCode, ProblemKind, TABLE, TYPE_PREFIX, problem_table_markdown,
};
pub use readiness::Readiness;
pub use serve::{ConnectionLimits, Drained, serve};

/// The API: every route of the main listener, with CORS headers for the origins of the policy.
pub fn router(api: Api) -> Observed<Router> {
    let (policy, limits) = (api.policy.clone(), Arc::clone(&api.limits));
    let diagnosing =
        Diagnosing::new(Arc::clone(&api.failures), Arc::clone(&api.tally), Arc::clone(&api.apps));
    let routes =
        if policy.tutorial_routes { openapi::documented_routes } else { openapi::routes_without_tutorial };
    let (documented, openapi) = routes().split_for_parts();
    let documentation = api.documentation.clone();
    let docs = docs::routes(move |language| openapi::json_of_server(routes(), &documentation, language));
    let router = with_fallbacks(documented.merge(docs)).with_state(Arc::new(api));
    let cors = cors_of(&policy, openapi::methods_of(&openapi));
    let router = if let Some(cors) = cors { router.layer(cors) } else { router };
    let admission = Admission::new(&policy, openapi::operations_with_body(&openapi));
    Observed::new(router, &policy, openapi::paths_of(&openapi), admission, Some(limits), Some(diagnosing))
}

/// Describes every metric of this crate to the recorder, which has to be installed before.
pub fn describe_metrics() {
    observe::describe();
    metered::describe();
    limits::describe();
    serve::describe();
}

/// CORS headers for browsers at the configured origins; `None` where none is configured.
fn cors_of(policy: &HttpPolicy, methods: Vec<Method>) -> Option<CorsLayer> {
    if policy.cors_origins.is_empty() {
        return None;
    }
    let idempotency_key = HeaderName::from_static("idempotency-key");
    let exposed = [
        problem::X_REQUEST_ID,
        header::RETRY_AFTER,
        header::WWW_AUTHENTICATE,
        limits::RATELIMIT,
        limits::RATELIMIT_POLICY,
    ];
    let cors = CorsLayer::new()
        .allow_origin(policy.cors_origins.clone())
        .allow_methods(methods)
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, idempotency_key])
        .expose_headers(exposed);
    Some(cors)
}
