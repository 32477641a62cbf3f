use std::time::Duration;

use domain::{
    diagnosis::{Diagnosed, Diagnosis, DiagnosisId, EarlierEvent, KeyThen, Step},
    event::EventKind,
    ids::UserId,
    key_ring::Generation,
    time::Timestamp,
    wechat::Answer,
};
use sea_orm::{Set, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    inconsistency::{Inconsistency, Row},
    tables::Relation,
};

const TABLE: &str = "diagnoses";

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "diagnoses")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) request_id: String,
    pub(crate) at: i64,
    pub(crate) step: String,
    pub(crate) app_id: Option<String>,
    pub(crate) openid: Option<String>,
    pub(crate) pseudonym: Option<String>,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) code: String,
    pub(crate) cause: Option<String>,
    pub(crate) errcode: Option<i64>,
    pub(crate) rid: Option<String>,
    pub(crate) ring_keys: String,
    pub(crate) earlier_events: String,
}

impl ActiveModelBehavior for ActiveModel {}

/// A key in the column `ring_keys`.
#[derive(Deserialize, Serialize)]
struct StoredKey {
    generation: u32,
    age_seconds: u64,
    superseded: bool,
}

/// An event in the column `earlier_events`.
#[derive(Deserialize, Serialize)]
struct StoredEvent {
    kind: String,
    at: i64,
}

impl TryFrom<Model> for Diagnosis {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new(TABLE, model.id);
        let pseudonym = model.pseudonym.map(|text| row.check("pseudonym", text.parse()));
        let rid = model.rid.map(|rid| row.parse("rid", rid)).transpose()?;
        Ok(Self {
            id: DiagnosisId::new(model.id),
            request_id: row.parse("request_id", model.request_id)?,
            at: Timestamp::from_millis(model.at),
            step: row.one_of("step", Step::ALL, Step::as_str, &model.step)?,
            whom: Diagnosed {
                app_id: model.app_id.map(|id| row.parse("app_id", id)).transpose()?,
                openid: model.openid.map(|openid| row.parse("openid", openid)).transpose()?,
                pseudonym: pseudonym.transpose()?,
                user_id: model.user_id.map(UserId::new),
            },
            code: row.parse("code", model.code)?,
            cause: model.cause.map(|cause| row.parse("cause", cause)).transpose()?,
            answer: model.errcode.map(|errcode| Answer { errcode, rid }),
            keys: keys(&row, &model.ring_keys)?,
            before: before(&row, &model.earlier_events)?,
        })
    }
}

fn keys(row: &Row<Uuid>, json: &str) -> Result<Vec<KeyThen>, Inconsistency> {
    let keys: Vec<StoredKey> = row.check("ring_keys", serde_json::from_str(json))?;
    let key_then = |key: StoredKey| KeyThen {
        generation: Generation::new(key.generation),
        age: Duration::from_secs(key.age_seconds),
        is_superseded: key.superseded,
    };
    Ok(keys.into_iter().map(key_then).collect())
}

fn before(row: &Row<Uuid>, json: &str) -> Result<Vec<EarlierEvent>, Inconsistency> {
    let events: Vec<StoredEvent> = row.check("earlier_events", serde_json::from_str(json))?;
    let earlier = |event: StoredEvent| {
        let kind = row.one_of("earlier_events", EventKind::ALL, EventKind::as_str, &event.kind)?;
        Ok(EarlierEvent { kind, at: Timestamp::from_millis(event.at) })
    };
    events.into_iter().map(earlier).collect()
}

impl From<&Diagnosis> for ActiveModel {
    fn from(diagnosis: &Diagnosis) -> Self {
        let Diagnosed { app_id, openid, pseudonym, user_id } = &diagnosis.whom;
        let answer = diagnosis.answer.as_ref();
        let rid = answer.and_then(|answer| answer.rid.as_ref());
        let keys = diagnosis.keys.iter().map(|key| StoredKey {
            generation: key.generation.number(),
            age_seconds: key.age.as_secs(),
            superseded: key.is_superseded,
        });
        let before = diagnosis
            .before
            .iter()
            .map(|event| StoredEvent { kind: event.kind.as_str().to_owned(), at: event.at.as_millis() });
        Self {
            id: Set(diagnosis.id.as_uuid()),
            request_id: Set(diagnosis.request_id.to_string()),
            at: Set(diagnosis.at.as_millis()),
            step: Set(diagnosis.step.as_str().to_owned()),
            app_id: Set(app_id.as_ref().map(ToString::to_string)),
            openid: Set(openid.as_ref().map(ToString::to_string)),
            pseudonym: Set(pseudonym.as_ref().map(ToString::to_string)),
            user_id: Set(user_id.map(UserId::as_uuid)),
            code: Set(diagnosis.code.to_string()),
            cause: Set(diagnosis.cause.as_ref().map(ToString::to_string)),
            errcode: Set(answer.map(|answer| answer.errcode)),
            rid: Set(rid.map(ToString::to_string)),
            ring_keys: Set(json_list(keys)),
            earlier_events: Set(json_list(before)),
        }
    }
}

/// A list of texts and numbers always serialises.
fn json_list(items: impl Iterator<Item = impl Serialize>) -> String {
    serde_json::to_string(&items.collect::<Vec<_>>()).unwrap_or_default()
}
