use std::sync::Arc;

use axum::extract::FromRequestParts;
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::service::{Service, ServiceError, ServiceId, ServiceSecret};
use http::{HeaderMap, header, request::Parts};
use zeroize::Zeroizing;

use crate::{
    api::Api,
    problem::{Problem, ProblemCode},
};

/// The service that HTTP Basic authenticates, and that is within its limit.
pub(crate) struct AuthenticatedService(pub(crate) Service);

impl FromRequestParts<Arc<Api>> for AuthenticatedService {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Problem> {
        let text = credentials_in(&parts.headers)?;
        // An id or a secret that cannot be one is no service's.
        let credentials = text.split_once(':').and_then(|(id, secret)| {
            Some((id.parse::<ServiceId>().ok()?, secret.parse::<ServiceSecret>().ok()?))
        });
        let (id, secret) = credentials.ok_or(ServiceError::Unknown)?;
        let service = api.services.authenticate(&*api.tokens, &id, &secret)?;
        api.limits.count_service(&service.id)?;
        Ok(Self(service.clone()))
    }
}

/// What `Authorization: Basic …` says.
fn credentials_in(headers: &HeaderMap) -> Result<Zeroizing<String>, Problem> {
    let value = headers.get(header::AUTHORIZATION).ok_or(ProblemCode::MissingService)?;
    let text = value.to_str().map_err(|_| ServiceError::Unknown)?;
    let (scheme, credentials) = text.split_once(' ').ok_or(ProblemCode::MissingService)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(ProblemCode::MissingService.into());
    }
    let decoded = STANDARD.decode(credentials.trim()).map_err(|_| ServiceError::Unknown)?;
    Ok(String::from_utf8(decoded).map(Zeroizing::new).map_err(|_| ServiceError::Unknown)?)
}
