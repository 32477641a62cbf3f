use std::sync::Arc;

use super::{Push, PushChange, PushId, PushState, PushUpdate};
use crate::{
    app::Apps,
    client::Origin,
    event::{Actor, Event, EventDetail, EventKind, Subject},
    ids::{EventId, Ids},
    recovery::{Recover, Recovery},
    store::{Attempt, Changes, Store},
    store_error::StoreError,
};

/// What sending a message again needs of the world.
#[derive(Clone)]
pub struct RedeliverPushPorts {
    /// Where the inbox is kept.
    pub store: Arc<dyn Store>,
    /// Mints ids of events.
    pub ids: Arc<dyn Ids>,
    /// The apps that are served.
    pub apps: Arc<Apps>,
}

/// Which message is to be sent again, and who wants it.
#[derive(Clone, Debug)]
pub struct RedeliverPushCommand {
    /// The message.
    pub id: PushId,
    /// Who wants it.
    pub by: Actor,
    /// The request.
    pub origin: Origin,
}

/// Why a message is not sent again.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RedeliverPushError {
    /// There is no such message.
    #[error("no such message")]
    NotFound,
    /// This server deals with the message itself, or the app has no back end (`push_relay_url`).
    #[error("the message is not for a back end")]
    NoRelay,
    /// The person was erased, and the message with them.
    #[error("the message was emptied")]
    Emptied,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for RedeliverPushError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotFound | Self::NoRelay | Self::Emptied => Recover::FixRequest,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Has a message sent to the back end of its app again, whatever became of it. A running instance sends it.
pub struct RedeliverPush {
    ports: RedeliverPushPorts,
}

impl RedeliverPush {
    /// Has messages sent again with these ports.
    pub const fn new(ports: RedeliverPushPorts) -> Self {
        Self { ports }
    }

    /// Has the message sent, and returns it as it waits.
    pub async fn execute(&self, command: &RedeliverPushCommand) -> Result<Push, RedeliverPushError> {
        self.ports.store.settle(|| self.attempt(command)).await
    }

    async fn attempt(&self, command: &RedeliverPushCommand) -> Result<Attempt<Push>, RedeliverPushError> {
        let RedeliverPushPorts { store, ids, apps } = &self.ports;
        let push = store.pushes().get(command.id).await?.ok_or(RedeliverPushError::NotFound)?;
        let settings = apps.get(&push.app_id).and_then(|app| app.push.as_ref());
        let has_relay = settings.is_some_and(|settings| settings.relay.is_some());
        match push.state {
            PushState::Waiting | PushState::Delivered | PushState::Undelivered if has_relay => {}
            PushState::Applied
            | PushState::Kept
            | PushState::Waiting
            | PushState::Delivered
            | PushState::Undelivered => return Err(RedeliverPushError::NoRelay),
        }
        if push.content.is_none() {
            return Err(RedeliverPushError::Emptied);
        }
        let at = command.origin.at;
        let subject =
            Subject { app_id: Some(push.app_id.clone()), openid: push.openid.clone(), ..Subject::default() };
        let event =
            Event::new(EventId::mint(&**ids, at), EventKind::PushRedelivered, subject, &command.origin)
                .by(command.by.clone());
        let detail = push.id.to_string().parse::<EventDetail>().ok();
        let push = Push { state: PushState::Waiting, next_try_at: Some(at), ..push };
        let mut changes = Changes::default();
        changes.push(PushChange::Update(PushUpdate::of(&push)));
        changes.push(Event { detail, ..event });
        Ok(Attempt::new(changes, push))
    }
}
