//! getUserEncryptKey (获取用户encryptKey).

use std::time::Duration;

use async_trait::async_trait;
use domain::{
    access_token::AccessToken,
    encrypted_channel::{EncryptKey, EncryptKeys, EncryptKeysError},
    identity::IdentityId,
    signature::Signature,
    time::Timestamp,
    wechat::CallError,
};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{
    WeChat, clock,
    endpoint::PortError,
    failure::Failure,
    login_state::is_stale,
    retry::{Failed, once_more},
    transport::{self, Status},
};

pub(crate) const PATH: &str = "wxa/business/getuserencryptkey";

/// A reply. One that is an error has an empty list.
#[derive(Deserialize)]
pub(crate) struct Reply {
    key_info_list: Option<Vec<KeyInfo>>,
    #[serde(flatten)]
    status: Status,
}

#[derive(Deserialize)]
struct KeyInfo {
    encrypt_key: Zeroizing<String>,
    iv: Zeroizing<String>,
    version: u64,
    /// The seconds that are left of it; 0 once it is over.
    expire_in: u32,
    /// Seconds since the Unix epoch.
    create_time: u32,
}

impl transport::Reply for Reply {
    fn status(&self) -> &Status {
        &self.status
    }
}

impl Reply {
    /// The keys, where `now` is when they were asked for.
    fn into_keys(self, now: Timestamp) -> Result<Vec<EncryptKey>, Failure> {
        let list = self.key_info_list.ok_or_else(|| transport::malformed("no key_info_list"))?;
        list.into_iter().map(|info| info.into_key(now)).collect()
    }
}

impl KeyInfo {
    fn into_key(self, now: Timestamp) -> Result<EncryptKey, Failure> {
        Ok(EncryptKey {
            key: self
                .encrypt_key
                .parse()
                .map_err(|error| transport::malformed(format!("encrypt_key {error}")))?,
            iv: self.iv.parse().map_err(|error| transport::malformed(format!("iv {error}")))?,
            version: self.version,
            created_at: Timestamp::from_millis(i64::from(self.create_time) * 1_000),
            expires_at: now.plus(Duration::from_secs(self.expire_in.into())),
        })
    }
}

#[async_trait]
impl EncryptKeys for WeChat {
    async fn latest(
        &self,
        identity: &IdentityId,
        signature: &Signature,
    ) -> Result<Vec<EncryptKey>, EncryptKeysError> {
        let (deadline, now) = (clock::now() + self.total_timeout, self.clock.now());
        let endpoint = &self.getuserencryptkey;
        let attempt = |token: AccessToken| async move {
            let read = move |reply: Reply| reply.into_keys(now);
            let attempt = |limit| self.ask(endpoint, identity, signature, &token, limit, read);
            once_more(deadline, signature.expose(), attempt).await
        };
        self.with_token(endpoint, &identity.app_id, attempt, encrypt_keys_error).await
    }
}

fn encrypt_keys_error(Failed { last, .. }: Failed) -> EncryptKeysError {
    if is_stale(last) { EncryptKeysError::Stale } else { last.call_error().into() }
}

impl PortError for EncryptKeysError {
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
