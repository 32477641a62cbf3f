use crate::{
    client::Origin,
    event::{Actor, Event, EventKind, Subject},
    identity::Identity,
    ids::{EventId, Ids},
    store::{Attempt, Changes, Store},
    store_error::StoreError,
    user::User,
};

/// That somebody gets to see what is masked elsewhere.
pub(crate) struct Seen<'a> {
    /// In which way.
    pub(crate) kind: EventKind,
    /// Whom they see.
    pub(crate) user: &'a User,
    /// Who the user is at each app.
    pub(crate) identities: &'a [Identity],
    /// Who sees it.
    pub(crate) by: &'a Actor,
    /// The request.
    pub(crate) origin: &'a Origin,
}

impl Seen<'_> {
    /// Puts it on record, before anything is shown.
    pub(crate) async fn record(&self, store: &dyn Store, ids: &dyn Ids) -> Result<(), StoreError> {
        let subject = self.identities.first().map(|identity| Subject::of(&identity.id)).unwrap_or_default();
        let subject = Subject { user_id: Some(self.user.id), ..subject };
        let attempt = || {
            let id = EventId::mint(ids, self.origin.at);
            let event = Event::new(id, self.kind, subject.clone(), self.origin).by(self.by.clone());
            async move { Ok(Attempt::new(Changes::from_iter([event]), ())) }
        };
        store.settle(attempt).await
    }
}
