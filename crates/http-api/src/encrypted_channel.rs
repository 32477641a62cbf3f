//! `POST /service/v1/encrypt-keys`: the keys of a user's encrypted channel.

use std::sync::Arc;

use axum::extract::State;
use domain::encrypted_channel::{EncryptKey, GetEncryptKeysCommand, GetEncryptKeysError};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    dto::{JsonResponse, Moment, SessionReferenceRequest},
    examples,
    extract::{AuthenticatedService, Json},
    problem::{Problem, ProblemCode, key_lost, problems},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(get))
}

/// The keys of a user's encrypted channel.
#[derive(Serialize, ToSchema)]
pub(crate) struct EncryptKeysAnswer {
    /// The latest keys, at most three.
    keys: Vec<EncryptKeyBody>,
}

/// A key of an encrypted channel.
#[derive(Serialize, ToSchema)]
#[schema(as = EncryptKey)]
pub(crate) struct EncryptKeyBody {
    /// The key: 16 bytes in base64.
    encrypt_key: String,
    /// The initialisation vector, as WeChat gives it.
    iv: String,
    /// The number by which the phone names the key.
    version: u64,
    /// When it was made.
    created_at: Moment,
    /// When it ends.
    expires_at: Moment,
}

impl From<EncryptKey> for EncryptKeyBody {
    fn from(key: EncryptKey) -> Self {
        Self {
            encrypt_key: key.key.expose().to_owned(),
            iv: key.iv.expose().to_owned(),
            version: key.version,
            created_at: Moment(key.created_at),
            expires_at: Moment(key.expires_at),
        }
    }
}

problems!(EncryptKeysProblems: SERVICE BODY WECHAT
    + UserBlocked + NoSuchSession + SessionEnded + SessionKeyStale + KeyLost);

/// Get encrypt keys
///
/// The latest keys of the encrypted channel of a user, as `wx.getUserCryptoManager` gives them to the phone.
/// WeChat makes one an hour. The user is named by the token or by the id of a session.
#[utoipa::path(
    post, path = "/service/v1/encrypt-keys", tag = "services", operation_id = "getEncryptKeys",
    security(("service" = [])),
    request_body(content = SessionReferenceRequest, examples(
        ("by token" = (value = json!({ "token": examples::TOKEN }))),
        ("by id" = (value = json!({ "session_id": examples::SESSION }))))),
    responses(
        (status = 200, description = "The keys", body = EncryptKeysAnswer, examples(("one" = (value = json!({
            "keys": [{ "encrypt_key": "VI6BpyrK9XH4i4AIGe86tg==", "iv": "6003f73ec441c386", "version": 10,
                       "created_at": "2026-01-01T00:00:00Z", "expires_at": "2026-01-01T01:00:00Z" }] }))))),
        EncryptKeysProblems))]
async fn get(
    State(api): State<Arc<Api>>,
    AuthenticatedService(service): AuthenticatedService,
    Json(request): Json<SessionReferenceRequest>,
) -> Result<JsonResponse<EncryptKeysAnswer>, Problem> {
    let session = request.read(&*api.tokens)?;
    let keys = api.get_encrypt_keys.execute(GetEncryptKeysCommand { service, session }).await?;
    let keys = keys.into_iter().map(EncryptKeyBody::from).collect();
    Ok(JsonResponse(StatusCode::OK, EncryptKeysAnswer { keys }))
}

impl From<GetEncryptKeysError> for Problem {
    fn from(error: GetEncryptKeysError) -> Self {
        match error {
            GetEncryptKeysError::Service(error) => error.into(),
            GetEncryptKeysError::Session(error) => error.into(),
            GetEncryptKeysError::Stale => ProblemCode::SessionKeyStale.into(),
            GetEncryptKeysError::KeyLost(error) => key_lost(error),
            GetEncryptKeysError::Call(error) => error.into(),
            GetEncryptKeysError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        sealing::SealError,
        service::ServiceError,
        session::{AuthenticateError, NamedSessionError, Revocation, RevocationReason},
        time::Timestamp,
        wechat::{CallError, Trouble},
    };

    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        let revoked = Revocation::new(Timestamp::from_millis(0), RevocationReason::LoggedOut);
        assert_recovery([
            GetEncryptKeysError::Service(ServiceError::Unknown),
            GetEncryptKeysError::Session(NamedSessionError::NotFound),
            GetEncryptKeysError::Session(AuthenticateError::Unknown.into()),
            GetEncryptKeysError::Session(AuthenticateError::Expired.into()),
            GetEncryptKeysError::Session(AuthenticateError::Revoked(revoked).into()),
            GetEncryptKeysError::Session(AuthenticateError::UserBlocked.into()),
            GetEncryptKeysError::Stale,
            GetEncryptKeysError::KeyLost(SealError::Broken),
            GetEncryptKeysError::Call(CallError::Unavailable(Trouble::Busy)),
            GetEncryptKeysError::Store(store_error()),
        ]);
    }
}
