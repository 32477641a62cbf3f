//! The routes for operators: `/healthz` and `/readyz`, and `/metrics` on the operators' listener.

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
    admission::Admission,
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

/// The routes of the operators' listener: `/healthz`, `/readyz` and `/metrics`. `metrics` renders the
/// metrics in the Prometheus text format.
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
    let admission = Admission::new(policy, Vec::new());
    Observed::new(with_fallbacks(router), policy, paths, admission, None, None)
}

fn exposition(text: String) -> Response {
    let content_type = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, content_type)], text).into_response()
}

/// The server is healthy.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`. A server that is not healthy responds with a problem.
    #[schema(value_type = String)]
    status: &'static str,
}

const fn ok() -> JsonResponse<Health> {
    JsonResponse(StatusCode::OK, Health { status: "ok" })
}

problems!(LiveProblems:);
problems!(ReadyProblems: + Draining + ClockWrong);

/// Alive
///
/// Whether the process runs and responds.
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
/// Whether this instance should get requests: its database can be read and written, its clock agrees with the
/// database's, and it is not stopping.
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
