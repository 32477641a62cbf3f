//! A WeChat and a back end that answer at once, and a store that forgets.

use std::time::Duration;

use async_trait::async_trait;
use crypto::WeChatPushReader;
use domain::{
    access_token::{AccessToken, AccessTokens, IssuedAccessToken},
    app::AppId,
    encrypted_channel::{EncryptKey, EncryptKeys, EncryptKeysError},
    identity::IdentityId,
    key_ring::SessionKey,
    login::{CodeExchange, ExchangeError, Exchanged, LoginCode},
    overview::{AppHealth, CallHealth, EndpointHealth},
    phone::{PhoneCode, PhoneCodeError, PhoneNumber, PhoneNumbers},
    push::{
        PushAnswer, PushFault, PushForm, PushMessage, PushQuery, PushReader, PushRelay, PushSettings,
        PushToken, RelayedPush,
    },
    sealing::SealError,
    session_key_check::{KeyState, ResetError, SessionKeyCheck},
    signature::Signature,
    webhook::{WebhookEndpoint, WebhookFault, WebhookResponse},
    wechat::{Answered, CallError},
};
use sha1::{Digest, Sha1};

use crate::NOW;

/// The session_key of everybody.
pub const SESSION_KEY: [u8; 16] = [7; 16];

/// Accepts everything: a login code is the openid, a phone code is the number within China.
pub struct KindWeChat;

#[async_trait]
impl CodeExchange for KindWeChat {
    async fn exchange(&self, _: &AppId, code: &LoginCode) -> Result<Exchanged, Answered<ExchangeError>> {
        let openid = code.expose().parse().map_err(|_| ExchangeError::InvalidCode)?;
        Ok(Exchanged { openid, session_key: SessionKey::from_bytes(SESSION_KEY), unionid: None })
    }
}

#[async_trait]
impl PhoneNumbers for KindWeChat {
    async fn exchange(
        &self,
        _: &IdentityId,
        code: &PhoneCode,
    ) -> Result<PhoneNumber, Answered<PhoneCodeError>> {
        PhoneNumber::try_new("86", code.expose()).map_err(|_| PhoneCodeError::InvalidCode.into())
    }
}

#[async_trait]
impl SessionKeyCheck for KindWeChat {
    async fn check(&self, _: &IdentityId, _: &Signature) -> Result<KeyState, CallError> {
        Ok(KeyState::Live)
    }

    async fn reset(&self, _: &IdentityId, _: &Signature) -> Result<SessionKey, ResetError> {
        Err(ResetError::Stale)
    }
}

#[async_trait]
impl EncryptKeys for KindWeChat {
    async fn latest(&self, _: &IdentityId, _: &Signature) -> Result<Vec<EncryptKey>, EncryptKeysError> {
        let [key, iv] = ["VI6BpyrK9XH4i4AIGe86tg==", "6003f73ec441c386"].map(|text| text.parse().unwrap());
        Ok(vec![EncryptKey { key, iv, version: 3, created_at: NOW, expires_at: NOW }])
    }
}

#[async_trait]
impl AccessTokens for KindWeChat {
    async fn current(&self, _: &AppId) -> Result<IssuedAccessToken, CallError> {
        let expires_at = NOW.plus(Duration::from_hours(2));
        Ok(IssuedAccessToken { token: "token-1".parse().unwrap(), expires_at })
    }

    async fn replace(&self, app: &AppId, _: &AccessToken) -> Result<IssuedAccessToken, CallError> {
        self.current(app).await
    }
}

impl CallHealth for KindWeChat {
    fn endpoints(&self) -> Vec<EndpointHealth> {
        Vec::new()
    }

    fn of_app(&self, _: &AppId) -> AppHealth {
        AppHealth { pauses: Vec::new(), access_token: None }
    }
}

/// A back end that answers every message with the message itself.
pub struct Echo;

#[async_trait]
impl PushRelay for Echo {
    async fn relay<'a>(
        &self,
        _: &WebhookEndpoint,
        push: &RelayedPush<'a>,
        _: Duration,
    ) -> Result<WebhookResponse, WebhookFault> {
        Ok(WebhookResponse { status: 200, body: push.message.to_owned() })
    }
}

/// Reads pushes as if they were signed.
pub struct Unsigned;

impl Unsigned {
    fn signed(token: &PushToken, query: &PushQuery) -> PushQuery {
        let mut parts = [token.expose(), &query.timestamp, &query.nonce];
        parts.sort_unstable();
        let digest = Sha1::digest(parts.concat());
        PushQuery { signature: digest.iter().map(|byte| format!("{byte:02x}")).collect(), ..query.clone() }
    }
}

impl PushReader for Unsigned {
    fn is_signed(&self, token: &PushToken, query: &PushQuery) -> bool {
        WeChatPushReader.is_signed(token, &Self::signed(token, query))
    }

    fn read(
        &self,
        app_id: &AppId,
        settings: &PushSettings,
        query: &PushQuery,
        body: &[u8],
    ) -> Result<PushMessage, PushFault> {
        WeChatPushReader.read(app_id, settings, &Self::signed(&settings.token, query), body)
    }

    fn answer(
        &self,
        app_id: &AppId,
        settings: &PushSettings,
        form: PushForm,
        answer: &PushAnswer,
    ) -> Result<String, SealError> {
        WeChatPushReader.answer(app_id, settings, form, answer)
    }
}
