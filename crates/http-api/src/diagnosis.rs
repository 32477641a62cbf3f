//! Diagnoses, as operators see them and as people export them.

use domain::{
    diagnosis::{Diagnosis, EarlierEvent, KeyThen},
    ids::UserId,
    people::mask,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{dto::Moment, problem::advice_on};

/// A `session_key` on record at the time of the failure, without the key itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeyThenBody {
    /// Its number in the history of the user's keys at the app.
    generation: u32,
    /// How long before the failure WeChat had given it out, in seconds.
    age_seconds: u64,
    /// Whether a newer one had taken its place.
    superseded: bool,
}

impl From<&KeyThen> for KeyThenBody {
    fn from(key: &KeyThen) -> Self {
        let (generation, age_seconds) = (key.generation.number(), key.age.as_secs());
        Self { generation, age_seconds, superseded: key.is_superseded }
    }
}

/// Something that had happened before the failure.
#[derive(Serialize, ToSchema)]
pub(crate) struct EarlierEventBody {
    /// What.
    kind: String,
    /// When.
    at: Moment,
}

impl From<&EarlierEvent> for EarlierEventBody {
    fn from(event: &EarlierEvent) -> Self {
        Self { kind: event.kind.as_str().to_owned(), at: Moment(event.at) }
    }
}

/// Why a request failed, for operators.
#[derive(Serialize, ToSchema)]
#[schema(as = Diagnosis)]
pub struct DiagnosisBody {
    /// The diagnosis's id.
    id: Uuid,
    /// When the request failed.
    at: Moment,
    /// The request's id, as in its response.
    request_id: String,
    /// What failed: `login`, `registration`, `phone` or `decryption`.
    step: String,
    /// The failure, as in a problem's `code`.
    code: String,
    /// What to do about it.
    advice: String,
    /// The same in Chinese.
    advice_zh: String,
    /// The cause, where more is known than the code says.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    /// WeChat's errcode, where that was the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    errcode: Option<i64>,
    /// WeChat's name for its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    rid: Option<String>,
    /// At which app.
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<String>,
    /// Masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    openid: Option<String>,
    /// What logs call the person at the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<String>,
    /// The user, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<Uuid>,
    /// The keys that the person's ring had, the newest first.
    keys: Vec<KeyThenBody>,
    /// What the person had done before, the latest first.
    before: Vec<EarlierEventBody>,
}

impl From<Diagnosis> for DiagnosisBody {
    fn from(diagnosis: Diagnosis) -> Self {
        let [advice, advice_zh] = advice_on(&diagnosis.code);
        let (errcode, rid) = diagnosis.answer.map(|answer| (answer.errcode, answer.rid)).unzip();
        Self {
            id: diagnosis.id.as_uuid(),
            at: Moment(diagnosis.at),
            request_id: diagnosis.request_id.to_string(),
            step: diagnosis.step.as_str().to_owned(),
            code: diagnosis.code.to_string(),
            advice,
            advice_zh,
            cause: diagnosis.cause.map(|cause| cause.to_string()),
            errcode,
            rid: rid.flatten().map(|rid| rid.to_string()),
            app_id: diagnosis.whom.app_id.map(|id| id.to_string()),
            openid: diagnosis.whom.openid.map(|openid| mask(openid.as_str())),
            identity: diagnosis.whom.pseudonym.map(|pseudonym| pseudonym.to_string()),
            user_id: diagnosis.whom.user_id.map(UserId::as_uuid),
            keys: diagnosis.keys.iter().map(KeyThenBody::from).collect(),
            before: diagnosis.before.iter().map(EarlierEventBody::from).collect(),
        }
    }
}

/// Why a request of the user failed.
///
/// The inner cause is no part of it: it says why data could not be decrypted, and whoever can send data and read that
/// has an oracle.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedDiagnosis {
    /// The diagnosis's id.
    id: Uuid,
    /// When the request failed.
    at: Moment,
    /// The request's id, as in its response.
    request_id: String,
    /// What failed: `login`, `registration`, `phone` or `decryption`.
    step: String,
    /// The failure, as in a problem's `code`.
    code: String,
    /// WeChat's errcode, where that was the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    errcode: Option<i64>,
    /// WeChat's name for its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    rid: Option<String>,
    /// At which app.
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<String>,
    /// Who the user is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    openid: Option<String>,
    /// What the server's log calls the user there.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<String>,
    /// The `session_key`s on record then, the newest first, without the keys themselves.
    keys: Vec<KeyThenBody>,
    /// What had happened before, the latest first.
    before: Vec<EarlierEventBody>,
}

impl From<Diagnosis> for ExportedDiagnosis {
    fn from(diagnosis: Diagnosis) -> Self {
        let (errcode, rid) = diagnosis.answer.map(|answer| (answer.errcode, answer.rid)).unzip();
        Self {
            id: diagnosis.id.as_uuid(),
            at: Moment(diagnosis.at),
            request_id: diagnosis.request_id.to_string(),
            step: diagnosis.step.as_str().to_owned(),
            code: diagnosis.code.to_string(),
            errcode,
            rid: rid.flatten().map(|rid| rid.to_string()),
            app_id: diagnosis.whom.app_id.map(|id| id.to_string()),
            openid: diagnosis.whom.openid.map(|openid| openid.to_string()),
            identity: diagnosis.whom.pseudonym.map(|pseudonym| pseudonym.to_string()),
            keys: diagnosis.keys.iter().map(KeyThenBody::from).collect(),
            before: diagnosis.before.iter().map(EarlierEventBody::from).collect(),
        }
    }
}
