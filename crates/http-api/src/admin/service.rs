//! The team's back ends, as configured.

use std::sync::Arc;

use axum::extract::State;
use domain::service::Service;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{api::AdminApi, operator::Looking};
use crate::{
    dto::{JsonResponse, Page},
    problem::problems,
};

pub(super) fn routes() -> OpenApiRouter<Arc<AdminApi>> {
    OpenApiRouter::new().routes(routes!(list))
}

/// A back end of the team.
#[derive(Serialize, ToSchema)]
#[schema(as = Service)]
pub(super) struct ServiceBody {
    /// Its id.
    id: String,
    /// What it may ask.
    scopes: Vec<&'static str>,
    /// The apps that it may ask about; absent where it may ask about all.
    #[serde(skip_serializing_if = "Option::is_none")]
    apps: Option<Vec<String>>,
}

impl From<&Service> for ServiceBody {
    fn from(service: &Service) -> Self {
        Self {
            id: service.id.to_string(),
            scopes: service.scopes.iter().map(|scope| scope.as_str()).collect(),
            apps: service.apps.as_ref().map(|apps| apps.iter().map(ToString::to_string).collect()),
        }
    }
}

problems!(ServicesProblems: OPERATOR);

/// List services
///
/// The services in the configuration, without their secrets.
#[utoipa::path(
    get, path = "/admin/v1/services", tag = "services", operation_id = "listServices",
    security(("operator" = [])),
    responses((status = 200, description = "All of them", body = Page<ServiceBody>), ServicesProblems))]
async fn list(State(api): State<Arc<AdminApi>>, Looking(_): Looking) -> JsonResponse<Page<ServiceBody>> {
    let items = api.services.iter().map(ServiceBody::from).collect();
    JsonResponse(StatusCode::OK, Page { items, next: None })
}
