//! Who WeChat says somebody is, at one app.
//!
//! An identity comes from a code exchange and from nothing else. It is the aggregate of a login: its
//! key ring and its user are read with it, and its [`Version`] is the lock for all that concerns a
//! login. A login, a registration, a logout, a block and an erasure each count it up, so none of
//! them can be committed on what another has changed.

mod pseudonym;

use async_trait::async_trait;

pub use self::pseudonym::{Pseudonym, Pseudonyms};
pub use crate::ids::{IdentityId, OpenId, UnionId};
use crate::{
    ids::UserId,
    key_ring::SealedKey,
    store_error::StoreError,
    time::Timestamp,
    user::{User, UserStatus},
    version::Version,
};

/// What is known of one person at one app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who.
    pub id: IdentityId,
    /// Their unionid, once WeChat has told it.
    pub unionid: Option<UnionId>,
    /// The user they registered as.
    pub user_id: Option<UserId>,
    /// The version that was read; a change is applied while it is on record.
    pub version: Version,
    /// Their first code exchange.
    pub first_seen_at: Timestamp,
    /// Their latest code exchange.
    pub last_seen_at: Timestamp,
}

/// An identity with its key ring and its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityRecord {
    /// Who WeChat says they are.
    pub identity: Identity,
    /// Their session keys, newest generation first.
    pub keys: Vec<SealedKey>,
    /// The user they are bound to.
    pub user: Option<User>,
    /// How many sessions of the person were not revoked: at least as many as are live.
    pub unrevoked_sessions: u32,
}

impl IdentityRecord {
    /// Whether the person may use anything: a stranger may, a user as long as they are active.
    pub fn is_admitted(&self) -> bool {
        match &self.user {
            Some(user) => user.status == UserStatus::Active,
            // Bound to a user who is not on record.
            None => self.identity.user_id.is_none(),
        }
    }
}

/// A change to an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityChange {
    /// Adds an identity that is not on record yet. Conflicts where it is.
    Add(Identity),
    /// Writes the row and counts its version up. Conflicts where the version on record is not the
    /// one that is given here.
    Update(Identity),
    /// Removes the row. Conflicts where the version on record is not the one that is given here.
    Remove(Identity),
}

impl IdentityChange {
    /// Whose row it writes.
    pub const fn id(&self) -> &IdentityId {
        match self {
            Self::Add(identity) | Self::Update(identity) | Self::Remove(identity) => &identity.id,
        }
    }
}

/// The identities on record.
#[async_trait]
pub trait Identities: Send + Sync {
    /// The identity with its keys and its user, if it is on record.
    async fn find(&self, id: &IdentityId) -> Result<Option<IdentityRecord>, StoreError>;

    /// The identities that are bound to a user, at whichever app.
    async fn of_user(&self, user: UserId) -> Result<Vec<Identity>, StoreError>;
}
