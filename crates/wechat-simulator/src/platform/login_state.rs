//! The login-state signature (用户登录态签名) of calls about a user.

use std::sync::Arc;

use crate::{
    wire::{ApiError, Parameters},
    world::{RegisteredApp, SignatureError, User, World},
};

/// The only signature method.
pub(super) const HMAC_SHA256: &str = "hmac_sha256";

/// The parameters that name a user and prove that the caller knows their `session_key`.
pub(super) struct LoginState<'a> {
    pub(super) openid: Option<&'a str>,
    pub(super) signature: Option<&'a str>,
    sig_method: Option<&'a str>,
}

impl<'a> LoginState<'a> {
    pub(super) fn of(parameters: &'a Parameters) -> Self {
        Self {
            openid: parameters.get("openid"),
            signature: parameters.get("signature"),
            sig_method: parameters.get("sig_method"),
        }
    }

    /// Takes from `others` what is missing.
    pub(super) fn or(self, others: &'a Parameters) -> Self {
        let others = Self::of(others);
        Self {
            openid: self.openid.or(others.openid),
            signature: self.signature.or(others.signature),
            sig_method: self.sig_method.or(others.sig_method),
        }
    }

    /// Checks that the signature is one of `message`, and returns the user. WeChat's own order of these checks
    /// is not known.
    pub(super) fn verify(
        &self,
        world: &World,
        app: &RegisteredApp,
        message: &[u8],
    ) -> Result<Arc<User>, ApiError> {
        let openid = self.openid.ok_or(40003)?;
        if self.sig_method != Some(HMAC_SHA256) {
            return Err(87008.into());
        }
        let user = world.user_of(app, openid).ok_or(40003)?;
        let signature = self.signature.unwrap_or_default();
        match world.verify(&user, app, message, signature) {
            Ok(()) => Ok(user),
            Err(SignatureError::NoKey) => Err(87007.into()),
            Err(SignatureError::Invalid) => Err(87009.into()),
        }
    }
}
