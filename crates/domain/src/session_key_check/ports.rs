use async_trait::async_trait;

use crate::{ids::IdentityId, key_ring::SessionKey, signature::Signature, wechat::CallError};

/// What WeChat says of a session_key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It is the current one.
    Live,
    /// It was replaced, or it expired.
    Stale,
}

/// Why a session_key was not reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResetError {
    /// It was no longer the current one (87007, 87009).
    #[error("the session_key is stale")]
    Stale,
    /// The call failed.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Asks WeChat about session_keys. Each call proves with a signature of the empty message that the key is
/// at hand.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SessionKeyCheck: Send + Sync {
    /// Whether the key that made `signature` is the current one of `identity` (checkSessionKey's page).
    async fn check(&self, identity: &IdentityId, signature: &Signature) -> Result<KeyState, CallError>;

    /// Replaces the key that made `signature`, which dies, and returns the next one. It expires when the
    /// old one would have (ResetUserSessionKey's page).
    async fn reset(&self, identity: &IdentityId, signature: &Signature) -> Result<SessionKey, ResetError>;
}
