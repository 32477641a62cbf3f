use std::sync::Arc;

use super::{User, UserStatus};
use crate::{
    recovery::Recover,
    session::Caller,
    store::{Store, StoreError},
};

/// Why there is no user to show.
#[derive(Clone, Debug, thiserror::Error)]
pub enum GetUserError {
    /// The caller has not registered.
    #[error("the session is not registered")]
    NotRegistered,
    /// The user was blocked or erased.
    #[error("the user may not sign in")]
    Blocked,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl GetUserError {
    /// What the client should do next.
    pub fn recover(&self) -> Recover {
        match self {
            Self::NotRegistered => Recover::Register,
            Self::Blocked => Recover::Operator,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Shows the caller's user.
pub struct GetUser {
    store: Arc<dyn Store>,
}

impl GetUser {
    /// Shows what `store` holds.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// The caller's user.
    pub async fn execute(&self, caller: &Caller) -> Result<User, GetUserError> {
        let user_id = caller.state.user_id().ok_or(GetUserError::NotRegistered)?;
        let user = self.store.users().find(user_id).await?;
        user.filter(|user| user.status == UserStatus::Active).ok_or(GetUserError::Blocked)
    }
}
