use std::sync::Arc;

use super::PhoneChange;
use crate::{
    client::{ClientInfo, Origin},
    event::{Event, EventKind},
    ids::{EventId, Ids},
    one_time_code::CodeAttemptChange,
    recovery::{Recover, Recovery},
    session::{AuthenticateError, Caller},
    store::{Attempt, Changes, Store},
    store_error::StoreError,
    time::Clock,
    user::UserChange,
};

/// Why a number was not unbound.
#[derive(Clone, Debug, thiserror::Error)]
pub enum UnbindPhoneError {
    /// The caller has not registered.
    #[error("the session is not registered")]
    NotRegistered,
    /// The session opens nothing any more.
    #[error(transparent)]
    Session(#[from] AuthenticateError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for UnbindPhoneError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotRegistered => Recover::Register,
            Self::Session(error) => error.recover(),
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Removes a user's number. It is free for others then.
pub struct UnbindPhone {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl UnbindPhone {
    /// Removes numbers from `store`.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self { store, clock, ids }
    }

    /// Removes the caller's number, if they have one.
    pub async fn execute(&self, caller: &Caller, client: &ClientInfo) -> Result<(), UnbindPhoneError> {
        self.store.settle(|| self.attempt(caller, client)).await
    }

    async fn attempt(&self, caller: &Caller, client: &ClientInfo) -> Result<Attempt<()>, UnbindPhoneError> {
        let origin = Origin { at: self.clock.now(), client: client.clone() };
        let presented = caller.present(&*self.store, origin.at).await?;
        let user = presented.user().ok_or(UnbindPhoneError::NotRegistered)?;
        let Some(phone) = self.store.phones().of_user(user.id).await? else {
            return Ok(Attempt::unchanged(()));
        };
        let event = EventId::mint(&*self.ids, origin.at);
        let mut changes = Changes::default();
        changes.push(PhoneChange::Unbind(phone));
        let identity = presented.record.identity.id.clone();
        changes.push(CodeAttemptChange::Forget { identity, at: origin.at });
        changes.push(UserChange::Update(user.clone()));
        changes.push(Event::new(event, EventKind::PhoneUnbound, presented.session.subject(), &origin));
        Ok(Attempt::new(changes, ()))
    }
}
