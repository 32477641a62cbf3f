use std::sync::Arc;

use super::{User, UserId};
use crate::{
    identity::Identity,
    ids::IdentityId,
    phone::BoundPhone,
    recovery::{Recover, Recovery},
    sealing::{SealError, Sealer},
    service::{Scope, Service, ServiceError},
    store::Store,
    store_error::StoreError,
};

/// How a service names a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserReference {
    /// By the id that this server gave them.
    Id(UserId),
    /// By who they are at one app.
    Identity(IdentityId),
}

/// A service asks for a user.
#[derive(Clone, Debug)]
pub struct FindUserCommand {
    /// The service.
    pub service: Service,
    /// The user.
    pub user: UserReference,
}

/// A user, as a service sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundUser {
    /// The user.
    pub user: User,
    /// Who they are at the apps that the service may ask about.
    pub identities: Vec<Identity>,
    /// Their phone number.
    pub phone: Option<BoundPhone>,
}

/// Why there is no user to show.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FindUserError {
    /// The service may not ask.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// There is no such user at an app that the service may ask about.
    #[error("no such user")]
    NotFound,
    /// The phone number at rest cannot be opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for FindUserError {
    fn recover(&self) -> Recover {
        match self {
            Self::Service(error) => error.recover(),
            Self::NotFound => Recover::FixRequest,
            Self::Seal(_) => Recover::Operator,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Shows users to services.
pub struct FindUser {
    store: Arc<dyn Store>,
    sealer: Arc<dyn Sealer>,
}

impl FindUser {
    /// Shows what `store` holds.
    pub fn new(store: Arc<dyn Store>, sealer: Arc<dyn Sealer>) -> Self {
        Self { store, sealer }
    }

    /// The user, with identities and phone number. One who was blocked or erased is found, too: their status
    /// says so.
    pub async fn execute(&self, command: FindUserCommand) -> Result<FoundUser, FindUserError> {
        let FindUserCommand { service, user } = command;
        service.check_scope(Scope::Users)?;
        let id = match user {
            UserReference::Id(id) => id,
            UserReference::Identity(id) => {
                service.check_app(&id.app_id)?;
                let record = self.store.identities().find(&id).await?;
                record.and_then(|record| record.identity.user_id).ok_or(FindUserError::NotFound)?
            }
        };
        let mut identities = self.store.identities().of_user(id).await?;
        identities.retain(|identity| service.check_app(&identity.id.app_id).is_ok());
        // An erased user is at no app any more: a service for certain apps only cannot ask about them.
        if identities.is_empty() && service.apps.is_some() {
            return Err(FindUserError::NotFound);
        }
        let user = self.store.users().find(id).await?.ok_or(FindUserError::NotFound)?;
        let phone = self.store.phones().of_user(id).await?;
        let phone = phone.map(|phone| phone.opened(&*self.sealer)).transpose()?;
        Ok(FoundUser { user, identities, phone })
    }
}
