use async_trait::async_trait;

use super::ChannelSecret;
use crate::{ids::IdentityId, signature::Signature, time::Timestamp, wechat::CallError};

/// A key of a user's encrypted channel (getUserEncryptKey's page).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptKey {
    /// The key.
    pub key: ChannelSecret,
    /// The initialisation vector that belongs to it.
    pub iv: ChannelSecret,
    /// Its number, which the phone names.
    pub version: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Why WeChat gave no keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncryptKeysError {
    /// The session_key is no longer the current one (87007, 87009).
    #[error("the session_key is stale")]
    Stale,
    /// The call failed.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Gets the keys of encrypted channels.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait EncryptKeys: Send + Sync {
    /// The latest keys of a user, at most three. `signature` is one of the empty message under the user's
    /// session_key.
    async fn latest(
        &self,
        identity: &IdentityId,
        signature: &Signature,
    ) -> Result<Vec<EncryptKey>, EncryptKeysError>;
}
