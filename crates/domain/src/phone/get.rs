use std::sync::Arc;

use super::BoundPhone;
use crate::{
    recovery::{Recover, Recovery},
    sealing::{SealError, Sealer},
    session::{AuthenticateError, Caller},
    store::Store,
    store_error::StoreError,
    time::Clock,
};

/// Why there is no number to show.
#[derive(Clone, Debug, thiserror::Error)]
pub enum GetPhoneError {
    /// The caller has not registered.
    #[error("the session is not registered")]
    NotRegistered,
    /// The session opens nothing any more.
    #[error(transparent)]
    Session(#[from] AuthenticateError),
    /// The user has given none.
    #[error("the user has no number")]
    NoPhone,
    /// The number at rest cannot be opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for GetPhoneError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotRegistered => Recover::Register,
            Self::Session(error) => error.recover(),
            Self::NoPhone => Recover::CollectAgain,
            Self::Seal(_) => Recover::Operator,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Shows users their own number.
pub struct GetPhone {
    store: Arc<dyn Store>,
    sealer: Arc<dyn Sealer>,
    clock: Arc<dyn Clock>,
}

impl GetPhone {
    /// Shows what `store` holds.
    pub fn new(store: Arc<dyn Store>, sealer: Arc<dyn Sealer>, clock: Arc<dyn Clock>) -> Self {
        Self { store, sealer, clock }
    }

    /// The caller's number.
    pub async fn execute(&self, caller: &Caller) -> Result<BoundPhone, GetPhoneError> {
        let presented = caller.present(&*self.store, self.clock.now()).await?;
        let user = presented.user().ok_or(GetPhoneError::NotRegistered)?;
        let phone = self.store.phones().of_user(user.id).await?.ok_or(GetPhoneError::NoPhone)?;
        Ok(phone.opened(&*self.sealer)?)
    }
}
