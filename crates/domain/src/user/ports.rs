use async_trait::async_trait;

use super::{NicknameKey, Union, User, UserId};
use crate::store_error::StoreError;

/// A change to a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserChange {
    /// Adds a user. Conflicts where the id is taken, or where another user is the same person within
    /// the Open Platform account.
    Add(User),
    /// Writes the row and counts its version up. Conflicts where the version on record is not the
    /// one that is given here, or where another user is the same person.
    Update(User),
}

/// The users on record.
#[async_trait]
pub trait Users: Send + Sync {
    /// The user with this id.
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError>;

    /// The user who is this person within an Open Platform account.
    async fn find_by_union(&self, union: &Union) -> Result<Option<User>, StoreError>;

    /// The users whose nicknames begin with `prefix`, at most `limit`, in the order of their nicknames' keys and
    /// then of their ids; those that come after the user `after`.
    async fn find_by_nickname(
        &self,
        prefix: &NicknameKey,
        after: Option<&User>,
        limit: u32,
    ) -> Result<Vec<User>, StoreError>;
}
