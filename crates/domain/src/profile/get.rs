use std::sync::Arc;

use crate::{
    recovery::{Recover, Recovery},
    session::{AuthenticateError, Caller},
    store::Store,
    store_error::StoreError,
    time::Clock,
    user::User,
};

/// Why there is no user to show.
#[derive(Clone, Debug, thiserror::Error)]
pub enum GetUserError {
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

impl Recovery for GetUserError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotRegistered => Recover::Register,
            Self::Session(error) => error.recover(),
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Shows the caller's user.
pub struct GetUser {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl GetUser {
    /// Shows what `store` holds.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// The caller's user.
    pub async fn execute(&self, caller: &Caller) -> Result<User, GetUserError> {
        let presented = caller.present(&*self.store, self.clock.now()).await?;
        presented.user().cloned().ok_or(GetUserError::NotRegistered)
    }
}
