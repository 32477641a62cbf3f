use std::cmp::Reverse;

use super::{Session, end::BATCH};
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

    /// The least recently used of the person's live sessions, beyond the first `kept`. One that is
    /// `replaced` does not count. A person with very many more has some of them left for the next time.
    pub(crate) async fn sessions_beyond(
        &self,
        store: &dyn Store,
        kept: u32,
        replaced: Option<SessionId>,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        let limit = kept.saturating_add(BATCH);
        let mut live = store.sessions().live_of(&self.person(), now, limit).await?;
        live.retain(|session| Some(session.id) != replaced);
        live.sort_by_key(|session| Reverse((session.last_seen_at, session.id)));
        Ok(live.split_off(live.len().min(kept as usize)))
    }

    /// Counts up the version of each identity, so that no login that was decided before can be
    /// committed after this.
    pub(crate) fn lock(&self, changes: &mut Changes) {
        for identity in &self.identities {
            changes.push(IdentityChange::Update(identity.clone()));
        }
    }
}
