//! The admin API: what operators see and do, under `/admin/v1` on a listener of its own.
//!
//! Operators sign in with a cookie, so every request is looked at for what another site may have made the
//! browser send: see `origin`. Whoever may only look is refused by the extractor of the routes that change
//! something, [`operator::Changing`].

mod account;
mod api;
mod cookie;
mod diagnoses;
mod events;
mod keys;
mod openapi;
mod operator;
mod origin;
mod overview;
mod people;
mod pushes;
mod service;
mod sign_in;
mod webhooks;

use std::sync::Arc;

use axum::{Router, middleware::from_fn};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    admission::Admission, fallback::with_fallbacks, observe::Observed, openapi::operations_with_body,
    policy::HttpPolicy,
};

pub use api::{AdminApi, AdminPorts};
pub use openapi::{admin_openapi, admin_openapi_json, admin_routes};
pub use operator::OperatorRecord;
pub use pushes::{PushBody, PushDetailsBody};
pub use webhooks::DeliveryBody;

/// The documented routes.
fn documented_routes() -> OpenApiRouter<Arc<AdminApi>> {
    OpenApiRouter::with_openapi(openapi::document_without_routes())
        .merge(sign_in::routes())
        .merge(overview::routes())
        .merge(people::routes())
        .merge(account::routes())
        .merge(events::routes())
        .merge(diagnoses::routes())
        .merge(pushes::routes())
        .merge(webhooks::routes())
        .merge(keys::routes())
        .merge(service::routes())
}

/// The admin API. Requests that another site caused are refused.
pub fn admin_router(api: AdminApi, policy: &HttpPolicy) -> Observed<Router> {
    let (documented, document) = documented_routes().split_for_parts();
    let guarded = documented.layer(from_fn(origin::refuse_foreign));
    let router = with_fallbacks(guarded).with_state(Arc::new(api));
    let admission = Admission::new(policy, operations_with_body(&document));
    Observed::new(router, policy, document.paths.paths.into_keys(), admission, None, None)
}
