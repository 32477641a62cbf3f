//! `/healthz`, `/readyz`, and on a listener of their own `/metrics`: for operators.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    dto::JsonResponse,
    fallback::with_fallbacks,
    observe::Observed,
    policy::HttpPolicy,
    problem::{Problem, problems},
    readiness::Readiness,
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(live)).routes(routes!(ready))
}

/// The routes of the operators' listener: `/healthz`, `/readyz`, and `/metrics` with what `metrics`
/// renders in the Prometheus text format.
pub fn ops_router(
    readiness: Arc<Readiness>,
    metrics: impl Fn() -> String + Clone + Send + Sync + 'static,
    policy: &HttpPolicy,
) -> Observed<Router> {
    let paths = ["/healthz", "/readyz", "/metrics"].map(str::to_owned);
    let ready = move || async move { readiness.check().await.map(|()| ok()) };
    let router = Router::new()
        .route("/healthz", get(live))
        .route("/readyz", get(ready))
        .route("/metrics", get(move || async move { exposition(metrics()) }));
    Observed::new(with_fallbacks(router), policy, paths)
}

fn exposition(text: String) -> Response {
    let content_type = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, content_type)], text).into_response()
}

/// All is well.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`: what is not has another HTTP status.
    #[schema(value_type = String)]
    status: &'static str,
}

const fn ok() -> JsonResponse<Health> {
    JsonResponse(StatusCode::OK, Health { status: "ok" })
}

problems!(LiveProblems:);
problems!(ReadyProblems: + Draining);

/// Alive
///
/// Whether the process runs and answers.
#[utoipa::path(
    get, path = "/healthz", tag = "operators", operation_id = "getHealth",
    responses(
        (status = 200, description = "Alive", body = Health,
            examples(("ok" = (value = json!({ "status": "ok" }))))),
        LiveProblems))]
async fn live() -> JsonResponse<Health> {
    ok()
}

/// Ready
///
/// Whether this instance should get requests: its store answers, and it is not stopping.
#[utoipa::path(
    get, path = "/readyz", tag = "operators", operation_id = "getReadiness",
    responses(
        (status = 200, description = "Ready", body = Health,
            examples(("ok" = (value = json!({ "status": "ok" }))))),
        ReadyProblems))]
async fn ready(State(api): State<Arc<Api>>) -> Result<JsonResponse<Health>, Problem> {
    api.readiness.check().await?;
    Ok(ok())
}
