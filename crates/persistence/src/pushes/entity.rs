use domain::{
    ids::PushId,
    push::{Push, PushState},
    sealing::Sealed,
    time::Timestamp,
    version::Version,
    webhook::WebhookOutcome,
};
use sea_orm::{Set, entity::prelude::*};

use crate::{
    inconsistency::{Inconsistency, Row},
    tables::Relation,
};

const TABLE: &str = "push_inbox";

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "push_inbox")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) app_id: String,
    pub(crate) digest: Vec<u8>,
    pub(crate) event: String,
    pub(crate) openid: Option<String>,
    pub(crate) received_at: i64,
    pub(crate) state: String,
    pub(crate) message: Option<Vec<u8>>,
    pub(crate) tries: u32,
    pub(crate) next_try_at: Option<i64>,
    pub(crate) outcome: Option<String>,
    pub(crate) version: u32,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Push {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new(TABLE, model.id);
        Ok(Self {
            id: PushId::new(model.id),
            app_id: row.parse("app_id", model.app_id)?,
            digest: row.digest("digest", model.digest)?,
            event: row.parse("event", model.event)?,
            openid: model.openid.map(|openid| row.parse("openid", openid)).transpose()?,
            received_at: Timestamp::from_millis(model.received_at),
            state: row.one_of("state", PushState::ALL, PushState::as_str, &model.state)?,
            tries: model.tries,
            next_try_at: model.next_try_at.map(Timestamp::from_millis),
            outcome: model
                .outcome
                .map(|name| row.check("outcome", WebhookOutcome::read(&name)))
                .transpose()?,
            content: model.message.map(Sealed::new),
            version: Version::new(model.version),
        })
    }
}

impl From<&Push> for ActiveModel {
    fn from(push: &Push) -> Self {
        Self {
            id: Set(push.id.as_uuid()),
            app_id: Set(push.app_id.to_string()),
            digest: Set(push.digest.as_bytes().to_vec()),
            event: Set(push.event.to_string()),
            openid: Set(push.openid.as_ref().map(ToString::to_string)),
            received_at: Set(push.received_at.as_millis()),
            state: Set(push.state.as_str().to_owned()),
            message: Set(push.content.as_ref().map(|sealed| sealed.as_bytes().to_vec())),
            tries: Set(push.tries),
            next_try_at: Set(push.next_try_at.map(Timestamp::as_millis)),
            outcome: Set(push.outcome.map(WebhookOutcome::name)),
            version: Set(push.version.number()),
        }
    }
}
