//! checkSessionKey (检验登录态) and ResetUserSessionKey (重置登录态).

use std::time::Duration;

use async_trait::async_trait;
use domain::{
    access_token::AccessToken,
    identity::IdentityId,
    key_ring::SessionKey,
    session_key_check::{KeyState, ResetError, SessionKeyCheck},
    signature::Signature,
    wechat::CallError,
};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{
    WeChat, clock,
    endpoint::{Endpoint, PortError},
    errcode,
    failure::{Failure, FailureKind},
    retry::{Failed, once_more},
    transport::{self, Call, Status},
};

pub(crate) const CHECK_PATH: &str = "wxa/checksession";
pub(crate) const RESET_PATH: &str = "wxa/resetusersessionkey";

/// The reply of both endpoints.
#[derive(Deserialize)]
struct Reply {
    /// The new key, of a reset only.
    session_key: Option<Zeroizing<String>>,
    #[serde(flatten)]
    status: Status,
}

impl transport::Reply for Reply {
    fn status(&self) -> &Status {
        &self.status
    }
}

impl Reply {
    fn into_session_key(self) -> Result<SessionKey, Failure> {
        let session_key = self.session_key.ok_or_else(|| transport::malformed("no session_key"))?;
        session_key.parse().map_err(|error| transport::malformed(format!("session_key {error}")))
    }
}

#[async_trait]
impl SessionKeyCheck for WeChat {
    async fn check(&self, identity: &IdentityId, signature: &Signature) -> Result<KeyState, CallError> {
        let deadline = clock::now() + self.total_timeout;
        let endpoint = &self.checksession;
        let attempt = |token: AccessToken| async move {
            let attempt = |limit| self.ask(endpoint, identity, signature, &token, limit, |_: Reply| Ok(()));
            once_more(deadline, signature.expose(), attempt).await
        };
        match self.with_token(endpoint, &identity.app_id, attempt, reset_error).await {
            Ok(()) => Ok(KeyState::Live),
            Err(ResetError::Stale) => Ok(KeyState::Stale),
            Err(ResetError::Call(error)) => Err(error),
        }
    }

    /// It is tried once: a reset whose reply was lost has replaced the key, and a second one would meet a
    /// stale one.
    async fn reset(&self, identity: &IdentityId, signature: &Signature) -> Result<SessionKey, ResetError> {
        let endpoint = &self.resetusersessionkey;
        let limit = self.total_timeout;
        let attempt = |token: AccessToken| async move {
            let reply = self.ask(endpoint, identity, signature, &token, limit, Reply::into_session_key).await;
            reply.map_err(|last| Failed::at_once(&last))
        };
        self.with_token(endpoint, &identity.app_id, attempt, reset_error).await
    }
}

fn reset_error(Failed { last, .. }: Failed) -> ResetError {
    if is_stale(last) { ResetError::Stale } else { last.call_error().into() }
}

/// Whether WeChat says that the signature was not made with the current key.
pub(crate) fn is_stale(failure: FailureKind) -> bool {
    matches!(failure.errcode(), Some(errcode::NO_SESSION_KEY | errcode::INVALID_SIGNATURE))
}

impl PortError for ResetError {
    fn of_call(error: CallError) -> Self {
        error.into()
    }

    fn call_error(&self) -> Option<CallError> {
        match self {
            Self::Call(error) => Some(*error),
            Self::Stale => None,
        }
    }
}

impl WeChat {
    /// Calls an endpoint that wants a signature of the empty message. All parameters are in the query: a body
    /// would have to be signed.
    pub(crate) async fn ask<R: transport::Reply, T>(
        &self,
        endpoint: &Endpoint,
        identity: &IdentityId,
        signature: &Signature,
        token: &AccessToken,
        limit: Duration,
        read: impl FnOnce(R) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let start = clock::now();
        let query = [
            ("access_token", token.expose()),
            ("openid", identity.openid.as_str()),
            ("signature", signature.expose()),
            ("sig_method", "hmac_sha256"),
        ];
        let secrets = [token.expose(), signature.expose()];
        let call = Call { url: &endpoint.url, query: &query, body: None, secrets: &secrets };
        let result = self.transport.call::<R>(call, limit).await.and_then(read);
        endpoint.record_call(&identity.app_id, result.as_ref().err(), start.elapsed());
        result
    }
}
