use domain::{
    event::{Actor, Event, EventKind, Subject},
    ids::{EventId, SessionId, UserId},
    time::Timestamp,
};
use sea_orm::{Set, entity::prelude::*};

use crate::{
    inconsistency::{Inconsistency, Row},
    tables::Relation,
};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "events")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) kind: String,
    /// Empty for what happened at no app.
    pub(crate) app_id: String,
    /// Empty where the person's data was erased, and where there is no person.
    pub(crate) openid: String,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) session_id: Option<Uuid>,
    pub(crate) at: i64,
    pub(crate) client_address: Option<String>,
    pub(crate) user_agent: Option<String>,
    /// Null for the person.
    pub(crate) actor: Option<String>,
    pub(crate) detail: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Event {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new("events", model.id);
        let actor = model.actor.map_or(Ok(Actor::Person), |name| row.check("actor", name.parse()));
        let detail = model.detail.map(|detail| row.parse("detail", detail));
        Ok(Self {
            id: EventId::new(model.id),
            kind: row.one_of("kind", EventKind::ALL, EventKind::as_str, &model.kind)?,
            subject: Subject {
                app_id: some(model.app_id).map(|id| row.parse("app_id", id)).transpose()?,
                openid: some(model.openid).map(|openid| row.parse("openid", openid)).transpose()?,
                user_id: model.user_id.map(UserId::new),
                session_id: model.session_id.map(SessionId::new),
            },
            at: Timestamp::from_millis(model.at),
            client: row.client(model.client_address, model.user_agent.as_deref())?,
            actor: actor?,
            detail: detail.transpose()?,
        })
    }
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

impl From<&Event> for ActiveModel {
    fn from(event: &Event) -> Self {
        let Subject { app_id, openid, user_id, session_id } = &event.subject;
        Self {
            id: Set(event.id.as_uuid()),
            kind: Set(event.kind.as_str().to_owned()),
            app_id: Set(app_id.as_ref().map(ToString::to_string).unwrap_or_default()),
            openid: Set(openid.as_ref().map(ToString::to_string).unwrap_or_default()),
            user_id: Set(user_id.map(UserId::as_uuid)),
            session_id: Set(session_id.map(SessionId::as_uuid)),
            at: Set(event.at.as_millis()),
            client_address: Set(event.client.address().map(|address| address.to_string())),
            user_agent: Set(event.client.user_agent().map(str::to_owned)),
            actor: Set(event.actor.name()),
            detail: Set(event.detail.as_ref().map(ToString::to_string)),
        }
    }
}
