use super::{Cap, Session, end::BATCH};
use crate::{
    identity::{Identity, IdentityChange, IdentityRecord},
    ids::{IdentityId, SessionId, UserId},
    store::{Changes, Store},
    store_error::StoreError,
    time::Timestamp,
};

/// Whose sessions these are: who may list and end them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The user, whose sessions at every app are meant.
    pub user: Option<UserId>,
    /// The identities, whose unregistered sessions are meant.
    pub identities: Vec<IdentityId>,
}

/// A person, as far as they are on record.
pub(crate) struct PersonRecord {
    pub(crate) user: Option<UserId>,
    pub(crate) identities: Vec<Identity>,
}

impl PersonRecord {
    /// The person with this identity: all identities of their user, or this one alone where they have
    /// not registered.
    pub(crate) async fn of(store: &dyn Store, record: &IdentityRecord) -> Result<Self, StoreError> {
        match record.identity.user_id {
            Some(user) => Self::of_user(store, user).await,
            None => Ok(Self { user: None, identities: vec![record.identity.clone()] }),
        }
    }

    /// The person who is this user.
    pub(crate) async fn of_user(store: &dyn Store, user: UserId) -> Result<Self, StoreError> {
        Ok(Self { user: Some(user), identities: store.identities().of_user(user).await? })
    }

    /// Whose sessions are meant.
    pub(crate) fn person(&self) -> Person {
        let identities = self.identities.iter().map(|identity| identity.id.clone()).collect();
        Person { user: self.user, identities }
    }

    /// The person's live sessions beyond the `kept` that were used most recently, without one that is
    /// `replaced`. Of very many, some are left for the next time.
    pub(crate) async fn sessions_beyond(
        &self,
        store: &dyn Store,
        kept: u32,
        replaced: Option<SessionId>,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        let cap = Cap { kept, replaced, limit: BATCH };
        store.sessions().excess_of(&self.person(), now, cap).await
    }

    /// Counts up the version of each identity, so that no login that was decided before can be
    /// committed after this.
    pub(crate) fn lock(&self, changes: &mut Changes) {
        for identity in &self.identities {
            changes.push(IdentityChange::Update(identity.clone()));
        }
    }
}
