use async_trait::async_trait;

use super::{ProfileChange, Union, User, UserId};
use crate::{
    store::{Insertion, StoreError},
    time::Timestamp,
};

/// The users on record.
#[async_trait]
pub trait Users: Send + Sync {
    /// The user with this id.
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError>;

    /// The user who is this person within an Open Platform account.
    async fn find_by_union(&self, union: &Union) -> Result<Option<User>, StoreError>;

    /// Adds a user, unless another one is the same person within the Open Platform account.
    async fn add(&self, user: &User) -> Result<Insertion, StoreError>;

    /// Records who a user is within an Open Platform account, unless that is on record for them or
    /// for somebody else.
    async fn join_union(&self, id: UserId, union: &Union) -> Result<Insertion, StoreError>;

    /// Changes some fields of a profile and answers with the user as they are now.
    async fn change_profile(
        &self,
        id: UserId,
        change: &ProfileChange,
        at: Timestamp,
    ) -> Result<Option<User>, StoreError>;
}
