//! `POST /v1/open-data`: decrypts whatever WeChat encrypted for the session.

use std::sync::Arc;

use axum::extract::State as FromState;
use domain::{
    key_ring::Fit,
    open_data::{DecryptOpenDataCommand, DecryptOpenDataError, Decrypted, OpenDataFault},
};
use http::StatusCode;
use metrics::counter;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    dto::{Answer, OpenDataRequest},
    examples,
    extract::{Authenticated, Json},
    problem::{Problem, ProblemCode, problems},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(decrypt))
}

/// Decrypted open data.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenDataAnswer {
    /// The JSON object that WeChat encrypted, as it is.
    #[schema(value_type = Object)]
    data: Box<RawValue>,
}

problems!(OpenDataProblems: TOKEN BODY OPEN_DATA);

/// Decrypt open data
///
/// Decrypts any open data of the caller's: steps, group ids and so on. The watermark must name the
/// session's app. With `raw_data` and `signature` the key that signed is used; without, the keys of
/// the session are tried, newest first.
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
    FromState(api): FromState<Arc<Api>>,
    Authenticated(caller): Authenticated,
    Json(request): Json<OpenDataRequest>,
) -> Result<Answer<OpenDataAnswer>, Problem> {
    let data = request.read()?;
    let command = DecryptOpenDataCommand { caller, payload: data.payload, signed: data.signed };
    let outcome = api.decrypt_open_data.execute(command).await;
    match &outcome {
        Ok(Decrypted { fit, .. }) => count_fit(*fit),
        Err(error) => count_refusal(cause_of(error)),
    }
    let Decrypted { data, .. } = outcome?;
    let data = RawValue::from_string(data.json).map_err(|_| OpenDataFault::InvalidJson)?;
    Ok(Answer(StatusCode::OK, OpenDataAnswer { data }))
}

/// Counts which key of the ring fitted.
pub(crate) fn count_fit(fit: Fit) {
    let name = match fit {
        Fit::Current => "current",
        Fit::Superseded(1) => "superseded_1",
        Fit::Superseded(_) => "superseded_2",
    };
    counter!("yaoshi_key_ring_fit_total", "fit" => name).increment(1);
}

/// Counts that open data was refused for `cause`, if it was.
pub(crate) fn count_refusal(cause: Option<&'static str>) {
    if let Some(cause) = cause {
        counter!("yaoshi_open_data_failures_total", "cause" => cause).increment(1);
    }
}

fn cause_of(error: &DecryptOpenDataError) -> Option<&'static str> {
    match error {
        DecryptOpenDataError::SignatureMismatch => Some(ProblemCode::SignatureMismatch.kind().code),
        DecryptOpenDataError::Undecryptable(fault) => Some(fault.as_str()),
        DecryptOpenDataError::SessionEnded
        | DecryptOpenDataError::KeyLost(_)
        | DecryptOpenDataError::Store(_) => None,
    }
}
