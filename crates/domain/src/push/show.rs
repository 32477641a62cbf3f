use std::sync::Arc;

use super::{Push, PushCommand, PushContent};
use crate::{
    event::EventKind,
    ids::Ids,
    recovery::{Recover, Recovery},
    sealing::{SealError, Sealer},
    store::{Attempt, Changes, Store},
    store_error::StoreError,
};

/// Why a message is not shown.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ShowPushError {
    /// There is no such message.
    #[error("no such message")]
    NotFound,
    /// The content cannot be opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for ShowPushError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotFound => Recover::FixRequest,
            Self::Seal(_) => Recover::Operator,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Shows operators what a message says. That is an event.
pub struct ShowPush {
    store: Arc<dyn Store>,
    sealer: Arc<dyn Sealer>,
    ids: Arc<dyn Ids>,
}

impl ShowPush {
    /// Shows what is in the inbox of `store`.
    pub fn new(store: Arc<dyn Store>, sealer: Arc<dyn Sealer>, ids: Arc<dyn Ids>) -> Self {
        Self { store, sealer, ids }
    }

    /// The message and its content, `None` once the person was erased. It is on record before anything is returned.
    pub async fn execute(&self, command: &PushCommand) -> Result<(Push, Option<PushContent>), ShowPushError> {
        self.store.settle(|| self.attempt(command)).await
    }

    async fn attempt(
        &self,
        command: &PushCommand,
    ) -> Result<Attempt<(Push, Option<PushContent>)>, ShowPushError> {
        let push = self.store.pushes().get(command.id).await?.ok_or(ShowPushError::NotFound)?;
        let content = push.content(&*self.sealer)?;
        let mut changes = Changes::default();
        changes.push(command.event(EventKind::PushShown, &push, &*self.ids));
        Ok(Attempt::new(changes, (push, content)))
    }
}
