use std::{sync::Arc, time::Duration};

use super::{
    BlindIndex, ConfirmPhoneError, ConfirmPhones, PhoneCodeCommand, PhoneNumber,
    binding::{BindingError, Bindings},
};
use crate::{
    client::{ClientInfo, Origin},
    ids::Ids,
    recovery::{Recover, Recovery},
    sealing::{SealError, Sealer},
    session::{AuthenticateError, Caller},
    store::{Attempt, Changes, Store},
    store_error::StoreError,
    time::{Clock, Timestamp},
    user::UserChange,
};

/// What binding a number needs of the world.
#[derive(Clone)]
pub struct BindPhonePorts {
    /// Where users and their numbers are kept.
    pub store: Arc<dyn Store>,
    /// Turns codes into numbers.
    pub confirm: ConfirmPhones,
    /// Finds numbers; `None` where no index key is configured.
    pub index: Option<Arc<dyn BlindIndex>>,
    /// Seals numbers.
    pub sealer: Arc<dyn Sealer>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Mints ids of events.
    pub ids: Arc<dyn Ids>,
}

/// A caller gives their number.
#[derive(Clone, Debug)]
pub struct BindPhoneCommand {
    /// Who asks.
    pub caller: Caller,
    /// The code of the phone button.
    pub code: PhoneCodeCommand,
    /// From where.
    pub client: ClientInfo,
}

/// A number that is bound to a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundPhone {
    /// The number.
    pub number: PhoneNumber,
    /// Since when it is theirs.
    pub bound_at: Timestamp,
}

/// Why a number was not bound.
#[derive(Clone, Debug, thiserror::Error)]
pub enum BindPhoneError {
    /// The caller has not registered.
    #[error("the session is not registered")]
    NotRegistered,
    /// The session opens nothing any more.
    #[error(transparent)]
    Session(#[from] AuthenticateError),
    /// The code brought no number.
    #[error(transparent)]
    Confirm(#[from] ConfirmPhoneError),
    /// The number is another user's.
    #[error("the number is another user's")]
    Taken,
    /// No index key is configured, without which numbers cannot be kept.
    #[error("no index key is configured")]
    Unavailable,
    /// The number could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for BindPhoneError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotRegistered => Recover::Register,
            Self::Session(error) => error.recover(),
            Self::Confirm(error) => error.recover(),
            Self::Taken | Self::Unavailable | Self::Seal(_) => Recover::Operator,
            Self::Store(_) => Recover::Retry,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Confirm(error) => error.retry_after(),
            Self::NotRegistered
            | Self::Session(_)
            | Self::Taken
            | Self::Unavailable
            | Self::Seal(_)
            | Self::Store(_) => self.recover().retry_after(),
        }
    }
}

impl From<BindingError> for BindPhoneError {
    fn from(error: BindingError) -> Self {
        match error {
            BindingError::Taken => Self::Taken,
            BindingError::Seal(error) => Self::Seal(error),
        }
    }
}

/// Binds a number to the caller's user, in the place of another that they have.
pub struct BindPhone {
    ports: BindPhonePorts,
}

impl BindPhone {
    /// Binds with these ports.
    pub const fn new(ports: BindPhonePorts) -> Self {
        Self { ports }
    }

    /// The number that the code stands for, which is the caller's now. A code is not spent on a caller who
    /// may not bind a number.
    pub async fn execute(&self, command: BindPhoneCommand) -> Result<BoundPhone, BindPhoneError> {
        let BindPhonePorts { store, confirm, index, clock, .. } = &self.ports;
        let index = index.as_ref().ok_or(BindPhoneError::Unavailable)?;
        let presented = command.caller.present(&**store, clock.now()).await?;
        presented.user().ok_or(BindPhoneError::NotRegistered)?;
        let number = confirm.confirm(&presented.record.identity.id, &command.code).await?;
        let bound_at = store.settle(|| self.attempt(&command, &**index, &number)).await?;
        Ok(BoundPhone { number, bound_at })
    }

    async fn attempt(
        &self,
        command: &BindPhoneCommand,
        index: &dyn BlindIndex,
        number: &PhoneNumber,
    ) -> Result<Attempt<Timestamp>, BindPhoneError> {
        let BindPhonePorts { store, sealer, clock, ids, .. } = &self.ports;
        let origin = Origin { at: clock.now(), client: command.client.clone() };
        let bindings = Bindings { store: &**store, index, sealer: &**sealer, ids: &**ids, origin: &origin };
        let binding = bindings.read_holder(number).await?;
        let presented = command.caller.present(&**store, origin.at).await?;
        let user = presented.user().ok_or(BindPhoneError::NotRegistered)?;
        let binding = binding.with_current(&**store, user.id).await?;
        let mut changes = Changes::default();
        let bound = binding.bind_to(user.id, presented.session.subject(), &mut changes)?;
        if bound.is_new {
            changes.push(UserChange::Update(user.clone()));
        }
        Ok(Attempt::new(changes, bound.phone.bound_at))
    }
}
