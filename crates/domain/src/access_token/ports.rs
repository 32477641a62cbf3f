use async_trait::async_trait;

use super::AccessToken;
use crate::{app::AppId, store_error::StoreError, time::Timestamp, wechat::CallError};

/// An access token, and how long it is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedAccessToken {
    /// The token.
    pub token: AccessToken,
    /// When it ends, unless WeChat or another server ends it before.
    pub expires_at: Timestamp,
}

/// The access tokens of the apps.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AccessTokens: Send + Sync {
    /// The app's token.
    async fn current(&self, app: &AppId) -> Result<IssuedAccessToken, CallError>;

    /// The app's token after WeChat rejected `rejected` (40001, 40014, 42001): the current one if that is
    /// another by now, otherwise a new one. Fails with
    /// [`Trouble::TokenRejected`](crate::wechat::Trouble::TokenRejected) if there is none to be had yet.
    async fn replace(&self, app: &AppId, rejected: &AccessToken) -> Result<IssuedAccessToken, CallError>;
}

/// Allows or denies a forced refresh.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait RefreshBudget: Send + Sync {
    /// Counts a forced refresh of the app's token, and returns whether it may be made.
    async fn take(&self, app: &AppId) -> Result<bool, StoreError>;
}

/// The latest forced refresh of an app's token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForcedRefresh {
    /// The app.
    pub app_id: AppId,
    /// When.
    pub at: Timestamp,
    /// How many there were on that day, this one included.
    pub of_day: u32,
}

/// A change to what is on record of an app's forced refreshes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForcedRefreshChange {
    /// Records the first one of an app. Conflicts where there is one.
    First(ForcedRefresh),
    /// Writes `next` in the place of `seen`. Conflicts where the one on record is not `seen`.
    Replace {
        /// The one that was read.
        seen: ForcedRefresh,
        /// The one after it.
        next: ForcedRefresh,
    },
}

/// The forced refreshes on record.
#[async_trait]
pub trait ForcedRefreshes: Send + Sync {
    /// The latest one of an app.
    async fn latest(&self, app: &AppId) -> Result<Option<ForcedRefresh>, StoreError>;
}
