use std::sync::Arc;

use crate::{
    client::{ClientInfo, Origin},
    event::{Event, EventKind},
    ids::{EventId, Ids},
    recovery::{Recover, Recovery},
    session::{AuthenticateError, Caller, Presented},
    store::{Attempt, Changes, Store},
    store_error::StoreError,
    time::Clock,
    user::{ProfileChange, User, UserChange},
};

/// A typed-in change of the caller's profile.
#[derive(Clone, Debug)]
pub struct ChangeProfileCommand {
    /// Who asks.
    pub caller: Caller,
    /// What changes.
    pub change: ProfileChange,
    /// From where.
    pub client: ClientInfo,
}

/// Why a profile was not changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ChangeProfileError {
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

impl Recovery for ChangeProfileError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotRegistered => Recover::Register,
            Self::Session(error) => error.recover(),
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Changes what a user shows of themselves, as they typed it in.
pub struct ChangeProfile {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl ChangeProfile {
    /// Changes what `store` holds.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self { store, clock, ids }
    }

    /// The user with the change made.
    pub async fn execute(&self, command: ChangeProfileCommand) -> Result<User, ChangeProfileError> {
        self.store.settle(|| self.attempt(&command)).await
    }

    async fn attempt(&self, command: &ChangeProfileCommand) -> Result<Attempt<User>, ChangeProfileError> {
        let ChangeProfileCommand { caller, change, client } = command;
        let origin = Origin { at: self.clock.now(), client: client.clone() };
        let presented = caller.present(&*self.store, origin.at).await?;
        let event = (EventId::mint(&*self.ids, origin.at), EventKind::ProfileChanged);
        changed(&presented, change, event, &origin).ok_or(ChangeProfileError::NotRegistered)
    }
}

/// The change of the profile of the user who is presented, with its event. `None` where the session
/// is not registered.
pub(super) fn changed(
    presented: &Presented,
    change: &ProfileChange,
    (event, kind): (EventId, EventKind),
    origin: &Origin,
) -> Option<Attempt<User>> {
    let user = presented.user()?;
    let user = User { profile: change.applied_to(&user.profile), updated_at: origin.at, ..user.clone() };
    let mut changes = Changes::default();
    changes.push(UserChange::Update(user.clone()));
    changes.push(Event::new(event, kind, presented.session.subject(), origin));
    Some(Attempt::new(changes, user))
}
