//! Who WeChat says somebody is, at one app.
//!
//! An identity comes from a code exchange and from nothing else. Its row is the lock for its key
//! ring: whoever changes the ring enters the identity first.

use async_trait::async_trait;

use crate::{
    app::AppId,
    profile::UserId,
    store::StoreError,
    text::{is_line, text},
    time::Timestamp,
};

text! {
    /// A user's id at one app. Case and spaces count; the length is not promised
    /// (28 characters in every sample of WeChat's code2Session page).
    OpenId, "1 to 128 bytes without control characters", |text| is_line(text, 128)
}

text! {
    /// A user's id across the apps of one Open Platform account.
    UnionId, "1 to 128 bytes without control characters", |text| is_line(text, 128)
}

/// One person at one app.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdentityId {
    /// The app.
    pub app_id: AppId,
    /// The person, as this app knows them.
    pub openid: OpenId,
}

/// What is known of one person at one app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who.
    pub id: IdentityId,
    /// Their unionid, once WeChat has told it.
    pub unionid: Option<UnionId>,
    /// The user they registered as.
    pub user_id: Option<UserId>,
    /// Their first code exchange.
    pub first_seen_at: Timestamp,
    /// Their latest code exchange.
    pub last_seen_at: Timestamp,
}

/// How an attempt to bind a user to an identity ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// The identity had no user; now it has this one.
    Bound,
    /// The identity had a user already and keeps it.
    AlreadyBound,
}

/// The identities on record.
#[async_trait]
pub trait Identities: Send + Sync {
    /// The identity on record, if any.
    async fn find(&self, id: &IdentityId) -> Result<Option<Identity>, StoreError>;

    /// The identity on record, if any. Inside a unit of work this locks it until the end of the unit.
    async fn hold(&self, id: &IdentityId) -> Result<Option<Identity>, StoreError>;

    /// Records that WeChat vouched for `id` at `seen_at` and answers with what is on record now.
    /// A `unionid` is remembered; its absence forgets none. Inside a unit of work this locks the
    /// identity until the end of the unit.
    async fn enter(
        &self,
        id: &IdentityId,
        unionid: Option<&UnionId>,
        seen_at: Timestamp,
    ) -> Result<Identity, StoreError>;

    /// Binds `user` to the identity unless it has a user already (compare and set).
    async fn bind(&self, id: &IdentityId, user: UserId) -> Result<Binding, StoreError>;
}
