use super::{Push, PushId};
use crate::{
    client::Origin,
    event::{Actor, Event, EventDetail, EventKind, Subject},
    ids::{EventId, Ids},
};

/// An operator wants something with a message.
#[derive(Clone, Debug)]
pub struct PushCommand {
    /// The message.
    pub id: PushId,
    /// Who wants it.
    pub by: Actor,
    /// The request.
    pub origin: Origin,
}

impl PushCommand {
    /// The event that it was done to `push`.
    pub(super) fn event(&self, kind: EventKind, push: &Push, ids: &dyn Ids) -> Event {
        let subject =
            Subject { app_id: Some(push.app_id.clone()), openid: push.openid.clone(), ..Subject::default() };
        let id = EventId::mint(ids, self.origin.at);
        let event = Event::new(id, kind, subject, &self.origin).by(self.by.clone());
        let detail = push.id.to_string().parse::<EventDetail>().ok();
        Event { detail, ..event }
    }
}
