use std::sync::Arc;

use super::{Push, PushChange, PushCommand, PushState, PushUpdate};
use crate::{
    app::Apps,
    event::EventKind,
    ids::Ids,
    recovery::{Recover, Recovery},
    store::{Attempt, Changes, Store},
    store_error::StoreError,
};

/// Why a message is not sent again.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RedeliverPushError {
    /// There is no such message.
    #[error("no such message")]
    NotFound,
    /// It is not for a back end, the app has none (`push_relay_url`), or the person was erased and the message emptied.
    #[error("there is nothing to send, or nobody to send it to")]
    NotForBackEnd,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for RedeliverPushError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotFound | Self::NotForBackEnd => Recover::FixRequest,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Has a message sent to the back end of its app again, whatever became of it. A running instance sends it.
pub struct RedeliverPush {
    store: Arc<dyn Store>,
    ids: Arc<dyn Ids>,
    apps: Arc<Apps>,
}

impl RedeliverPush {
    /// Has messages in the inbox of `store` sent to the back ends of `apps`.
    pub fn new(store: Arc<dyn Store>, ids: Arc<dyn Ids>, apps: Arc<Apps>) -> Self {
        Self { store, ids, apps }
    }

    /// Has the message sent, and returns it as it waits.
    pub async fn execute(&self, command: &PushCommand) -> Result<Push, RedeliverPushError> {
        self.store.settle(|| self.attempt(command)).await
    }

    async fn attempt(&self, command: &PushCommand) -> Result<Attempt<Push>, RedeliverPushError> {
        let push = self.store.pushes().get(command.id).await?.ok_or(RedeliverPushError::NotFound)?;
        if !self.has_somebody_to_send_to(&push) || push.content.is_none() {
            return Err(RedeliverPushError::NotForBackEnd);
        }
        let push = Push { state: PushState::Waiting, next_try_at: Some(command.origin.at), ..push };
        let mut changes = Changes::default();
        changes.push(PushChange::Update(PushUpdate::of(&push)));
        changes.push(command.event(EventKind::PushRedelivered, &push, &*self.ids));
        Ok(Attempt::new(changes, push))
    }

    fn has_somebody_to_send_to(&self, push: &Push) -> bool {
        let settings = self.apps.get(&push.app_id).and_then(|app| app.push.as_ref());
        let has_relay = settings.is_some_and(|settings| settings.relay.is_some());
        match push.state {
            PushState::Waiting | PushState::Delivered | PushState::Undelivered => has_relay,
            PushState::Applied | PushState::Kept => false,
        }
    }
}
