//! `POST /v1/open-data`: decrypts open data of the session.

use std::sync::Arc;

use axum::extract::State;
use domain::open_data::{DecryptOpenDataCommand, DecryptOpenDataError, Decrypted, OpenDataFault};
use http::StatusCode;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    dto::{JsonResponse, OpenDataRequest},
    examples,
    extract::{Authenticated, Json},
    metered,
    problem::{Problem, ProblemCode, key_lost, problems},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(decrypt))
}

/// Decrypted open data.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenDataAnswer {
    /// The JSON object that WeChat encrypted, unchanged.
    #[schema(value_type = Object)]
    data: Box<RawValue>,
}

problems!(OpenDataProblems: TOKEN BODY OPEN_DATA);

/// Decrypt open data
///
/// Decrypts any open data of the caller, such as steps or group ids. The watermark must name the app of
/// the session. With `raw_data` and `signature`, the key that made the signature is used; without them,
/// the keys of the session are tried from the newest to the oldest.
#[utoipa::path(
    post, path = "/v1/open-data", tag = "open data", operation_id = "decryptOpenData",
    security(("bearer" = [])),
    request_body(content = OpenDataRequest, examples(
        ("unsigned" = (summary = "As wx.getWeRunData gives it", value = json!(examples::unsigned_data()))),
        ("signed" = (summary = "As wx.getUserInfo gives it", value = json!(examples::signed_data()))))),
    responses(
        (status = 200, description = "Decrypted", body = OpenDataAnswer,
            examples(("steps" = (value = json!({ "data": {
                "stepInfoList": [{ "timestamp": 1_767_196_800, "step": 6_431 }],
                "watermark": { "appid": examples::APP_ID, "timestamp": 1_767_225_600 } } }))))),
        OpenDataProblems))]
async fn decrypt(
    State(api): State<Arc<Api>>,
    Authenticated(caller): Authenticated,
    Json(request): Json<OpenDataRequest>,
) -> Result<JsonResponse<OpenDataAnswer>, Problem> {
    let data = request.read()?;
    let command = DecryptOpenDataCommand { caller, payload: data.payload, signed: data.signed };
    let Decrypted { data, .. } = metered::decrypt_open_data(&api, command).await?;
    let data = RawValue::from_string(data.json).map_err(|_| OpenDataFault::InvalidJson)?;
    Ok(JsonResponse(StatusCode::OK, OpenDataAnswer { data }))
}

impl From<DecryptOpenDataError> for Problem {
    fn from(error: DecryptOpenDataError) -> Self {
        match error {
            DecryptOpenDataError::SignatureMismatch => ProblemCode::SignatureMismatch.into(),
            DecryptOpenDataError::Undecryptable(fault) => fault.into(),
            DecryptOpenDataError::Session(error) => error.into(),
            DecryptOpenDataError::KeyLost(error) => key_lost(error),
            DecryptOpenDataError::Store(error) => error.into(),
        }
    }
}

/// All faults become the same problem, so that a response does not reveal which check failed. The log has
/// the fault.
impl From<OpenDataFault> for Problem {
    fn from(fault: OpenDataFault) -> Self {
        Self::new(ProblemCode::Undecryptable).with_cause(fault.as_str())
    }
}

#[cfg(test)]
mod tests {
    use domain::{sealing::SealError, session::AuthenticateError};

    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        assert_recovery([
            DecryptOpenDataError::SignatureMismatch,
            DecryptOpenDataError::Undecryptable(OpenDataFault::BadPadding),
            DecryptOpenDataError::Session(AuthenticateError::Unknown),
            DecryptOpenDataError::KeyLost(SealError::Broken),
            DecryptOpenDataError::Store(store_error()),
        ]);
    }
}
