//! `DELETE /v1/me`: people erase their own data.

use std::sync::Arc;

use axum::extract::State;
use domain::{
    account::{EraseSelfError, Erasure},
    client::Origin,
};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    api::Api,
    dto::{JsonResponse, Moment},
    examples,
    extract::{Authenticated, Client},
    problem::{Problem, ProblemCode, problems},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(erase))
}

problems!(EraseProblems: TOKEN + NotRegistered + LoginTooOld);

/// The proof of an erasure.
#[derive(Serialize, ToSchema)]
pub struct ErasureBody {
    /// The id of the user whose data was erased. Nobody gets it again.
    user_id: Uuid,
    /// The event that stays as the proof.
    event_id: Uuid,
    /// When.
    erased_at: Moment,
}

impl From<Erasure> for ErasureBody {
    fn from(erasure: Erasure) -> Self {
        Self {
            user_id: erasure.user.as_uuid(),
            event_id: erasure.event.as_uuid(),
            erased_at: Moment(erasure.at),
        }
    }
}

/// Erase the user
///
/// Erases for good what is on record of the user: the profile, the phone number, openids and unionids,
/// `session_key`s and sessions, at every app. Events stay without what names the user. The login must be at most
/// five minutes old: log in again just before. Whoever logs in afterwards is somebody new.
#[utoipa::path(
    delete, path = "/v1/me", tag = "user", operation_id = "eraseUser",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The data is erased", body = ErasureBody,
            examples(("erasure" = (value = json!(examples::erasure()))))),
        EraseProblems))]
async fn erase(
    State(api): State<Arc<Api>>,
    Authenticated(caller): Authenticated,
    Client(client): Client,
) -> Result<JsonResponse<ErasureBody>, Problem> {
    let origin = Origin { at: api.clock.now(), client };
    let erasure = api.erase_self.execute(&caller, origin).await?;
    Ok(JsonResponse(StatusCode::OK, erasure.into()))
}

impl From<EraseSelfError> for Problem {
    fn from(error: EraseSelfError) -> Self {
        match error {
            EraseSelfError::NotRegistered => ProblemCode::NotRegistered.into(),
            EraseSelfError::LoginTooOld => ProblemCode::LoginTooOld.into(),
            EraseSelfError::Session(error) => error.into(),
            EraseSelfError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::session::AuthenticateError;

    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        assert_recovery([
            EraseSelfError::NotRegistered,
            EraseSelfError::LoginTooOld,
            EraseSelfError::Session(AuthenticateError::Expired),
            EraseSelfError::Store(store_error()),
        ]);
    }
}
