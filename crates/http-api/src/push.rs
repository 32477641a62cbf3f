//! `/wechat/push/{app_id}`: what WeChat pushes (消息推送).

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    app::AppId,
    localized::Localized,
    push::{PushQuery, ReceivePushCommand, ReceivePushError, ReceivedPush},
    text::InvalidText,
};
use http::{HeaderValue, header};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    examples,
    extract::{PathText, Query, ReceivedBody},
    metered,
    problem::{Problem, ProblemCode, problems},
};

const PATH: &str = "/wechat/push/{app_id}";

/// An encrypted message.
const EXAMPLE: &str =
    "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><Encrypt><![CDATA[bG9n…]]></Encrypt></xml>";

const NO_PUSHES: Localized = Localized::fixed("is not an app that takes pushes", "不是接收推送的小程序");

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(verify, receive))
}

/// What WeChat adds to the address.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PushParams {
    /// The signature of Token, timestamp and nonce.
    #[serde(default)]
    signature: String,
    /// The signature of these and of the encrypted message.
    #[serde(default)]
    msg_signature: String,
    /// When it was signed, in seconds since the Unix epoch.
    #[serde(default)]
    timestamp: String,
    /// What makes the signature different each time.
    #[serde(default)]
    nonce: String,
    /// What is returned where WeChat verifies the address.
    #[serde(default)]
    #[param(required = false)]
    echostr: String,
}

impl PushParams {
    fn query(self) -> PushQuery {
        let Self { signature, msg_signature, timestamp, nonce, echostr: _ } = self;
        PushQuery { signature, msg_signature, timestamp, nonce }
    }
}

problems!(VerifyPushProblems: + InvalidField + UnknownApp + PushRefused);
problems!(PushProblems: + InvalidField + UnknownApp + PushRefused + PushTooOld + PushUnanswered + KeyUnavailable);

fn app_id(text: &str) -> Result<AppId, Problem> {
    let invalid =
        |error: InvalidText| Problem::new(ProblemCode::InvalidField).with_field("app_id", error.detail());
    text.parse().map_err(invalid)
}

/// A text that no browser takes for a page.
fn text(text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, text).into_response()
}

/// Verify the push URL
///
/// WeChat calls this once, when the URL is entered in its console, and expects `echostr` back.
#[utoipa::path(
    get, path = PATH, tag = "wechat", operation_id = "verifyPushUrl",
    params(("app_id" = String, Path, description = "The app's id.", example = json!(examples::APP_ID)), PushParams),
    responses(
        (status = 200, description = "`echostr`, as it was sent", body = String, content_type = "text/plain",
            examples(("echostr" = (value = json!("5927782489442352469"))))),
        VerifyPushProblems))]
async fn verify(
    State(api): State<Arc<Api>>,
    PathText(id): PathText,
    Query(params): Query<PushParams>,
) -> Result<Response, Problem> {
    let (app_id, echostr) = (app_id(&id)?, params.echostr.clone());
    api.receive_push.verify_url(&app_id, &params.query())?;
    Ok(text(echostr))
}

/// Take a push
///
/// WeChat posts a message of the app: XML or JSON, in plain text, encrypted, or both. `success` means that the message
/// arrived, and for payments that a back end of the team has delivered the goods. WeChat sends a message again where it
/// gets another answer; a further delivery changes nothing.
#[utoipa::path(
    post, path = PATH, tag = "wechat", operation_id = "receivePush",
    params(("app_id" = String, Path, description = "The app's id.", example = json!(examples::APP_ID)), PushParams),
    request_body(content = String, content_type = "text/xml",
        description = "The message in XML, or the same in JSON.",
        examples(("encrypted" = (value = json!(EXAMPLE))))),
    responses(
        (status = 200, description = "`success`, or what a back end of the team answered, in the form of the message", body = String, content_type = "text/plain",
            examples(("success" = (value = json!("success"))))),
        PushProblems))]
async fn receive(
    State(api): State<Arc<Api>>,
    PathText(id): PathText,
    Query(params): Query<PushParams>,
    ReceivedBody(body): ReceivedBody,
) -> Result<Response, Problem> {
    let command = ReceivePushCommand { app_id: app_id(&id)?, query: params.query(), body: &body };
    let ReceivedPush { answer, .. } = metered::receive_push(&api, command).await?;
    Ok(text(answer))
}

impl From<ReceivePushError> for Problem {
    fn from(error: ReceivePushError) -> Self {
        match error {
            ReceivePushError::NotFound => Self::new(ProblemCode::UnknownApp).with_field("app_id", NO_PUSHES),
            ReceivePushError::Refused(fault) => {
                Self::new(ProblemCode::PushRefused).with_cause(fault.to_string())
            }
            ReceivePushError::TooOld => ProblemCode::PushTooOld.into(),
            ReceivePushError::Unanswered => ProblemCode::PushUnanswered.into(),
            ReceivePushError::Seal(error) => error.into(),
            ReceivePushError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{push::PushFault, sealing::SealError};

    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        assert_recovery([
            ReceivePushError::NotFound,
            ReceivePushError::Refused(PushFault::InvalidSignature),
            ReceivePushError::TooOld,
            ReceivePushError::Unanswered,
            ReceivePushError::Seal(SealError::Broken),
            ReceivePushError::Store(store_error()),
        ]);
    }
}
