//! The stage that use cases are played on: a store in memory, a clock that stands still, a WeChat
//! whose lines each test writes, and open data whose "encryption" can be read by eye.

#![expect(dead_code, reason = "every test file plays with some of the props only")]
#![expect(clippy::unwrap_used, reason = "a prop that breaks ends the test")]

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    app::{App, AppId, Apps, RegistrationPolicy},
    identity::{IdentityId, OpenId, UnionId},
    key_ring::{Grace, SessionKey},
    login::{
        ExchangeError, Exchanged, IdempotencyKey, LoggedIn, Login, LoginCommand, LoginError, LoginPorts,
        MockCodeExchange, RecentLogins,
    },
    open_data::{Freshness, OpenData, OpenDataFault, OpenedData, Payload, RawData, SignedData, Watermark},
    profile::{Nickname, Profile},
    registration::{Register, RegisterCommand, RegisterPorts, TokenChange},
    session::{Authenticate, ClientInfo, RefreshRevocations, SessionCache, SessionLifetime, Token, Touches},
    store::Store,
    time::{Clock, Timestamp},
};
use support::{FixedClock, MemoryStore, PlainSealer, SequenceIds, SequenceTokens};

pub(crate) const APP: &str = "wx0123456789abcdef";
pub(crate) const OPENID: &str = "oABCDEFGHIJKLMNOPQRSTUVWXYZ0";
pub(crate) const START: Timestamp = Timestamp::from_millis(1_795_000_000_000);
pub(crate) const GRACE: Grace = Grace::new(Duration::from_mins(10));
pub(crate) const FRESHNESS: Freshness = Freshness::new(Duration::from_mins(5));
pub(crate) const LIFETIME: SessionLifetime =
    SessionLifetime { idle: Duration::from_hours(24), absolute: Duration::from_hours(24 * 7) };

pub(crate) struct Stage {
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) tokens: Arc<SequenceTokens>,
    pub(crate) ids: Arc<SequenceIds>,
    pub(crate) sealer: Arc<PlainSealer>,
    pub(crate) open_data: Arc<LegibleOpenData>,
    pub(crate) apps: Arc<Apps>,
    pub(crate) cache: Arc<SessionCache>,
    pub(crate) recent: Arc<RecentLogins>,
    pub(crate) touches: Arc<Touches>,
}

impl Default for Stage {
    fn default() -> Self {
        Self::with_apps(vec![app(APP, RegistrationPolicy::OpenData, None)])
    }
}

impl Stage {
    pub(crate) fn with_apps(apps: Vec<App>) -> Self {
        Self {
            store: Arc::new(MemoryStore::new()),
            clock: Arc::new(FixedClock::at(START)),
            tokens: Arc::default(),
            ids: Arc::default(),
            sealer: Arc::default(),
            open_data: Arc::default(),
            apps: Arc::new(Apps::try_new(apps).unwrap()),
            cache: Arc::new(SessionCache::new(100)),
            recent: Arc::default(),
            touches: Arc::default(),
        }
    }

    /// Another instance of the server: its own process, the same store and clock.
    pub(crate) fn another_instance(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock),
            tokens: Arc::clone(&self.tokens),
            ids: Arc::clone(&self.ids),
            sealer: Arc::clone(&self.sealer),
            open_data: Arc::clone(&self.open_data),
            apps: Arc::clone(&self.apps),
            cache: Arc::new(SessionCache::new(100)),
            recent: Arc::default(),
            touches: Arc::default(),
        }
    }

    pub(crate) fn store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    pub(crate) fn login(&self, exchange: MockCodeExchange) -> Login {
        Login::new(LoginPorts {
            store: self.store(),
            exchange: Arc::new(exchange),
            sealer: self.sealer.clone(),
            tokens: self.tokens.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            apps: self.apps.clone(),
            lifetime: LIFETIME,
            cache: self.cache.clone(),
            recent: self.recent.clone(),
        })
    }

    /// One login whose exchange brings `openid` and `key`.
    pub(crate) async fn log_in(&self, openid: &str, key: u8) -> LoggedIn {
        let exchanged = exchanged(openid, key);
        let mut exchange = MockCodeExchange::new();
        exchange.expect_exchange().times(1).return_once(move |_, _| Ok(exchanged));
        self.login(exchange).execute(command("code", None)).await.unwrap()
    }

    /// A login that WeChat answers with `error`.
    pub(crate) async fn log_in_failing(&self, error: ExchangeError) -> LoginError {
        let mut exchange = MockCodeExchange::new();
        exchange.expect_exchange().times(1).return_once(move |_, _| Err(error));
        self.login(exchange).execute(command("code", None)).await.unwrap_err()
    }

    pub(crate) fn register(&self) -> Register {
        Register::new(RegisterPorts {
            store: self.store(),
            open_data: self.open_data.clone(),
            sealer: self.sealer.clone(),
            tokens: self.tokens.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            apps: self.apps.clone(),
            lifetime: LIFETIME,
            grace: GRACE,
            freshness: FRESHNESS,
            cache: self.cache.clone(),
            recent: self.recent.clone(),
        })
    }

    pub(crate) fn authenticate(&self) -> Authenticate {
        Authenticate::new(
            self.store(),
            self.tokens.clone(),
            self.clock.clone(),
            self.apps.clone(),
            LIFETIME,
            self.cache.clone(),
            self.touches.clone(),
        )
    }

    /// Reads the revocations, which makes the cache believable for a second.
    pub(crate) async fn refresh(&self) {
        RefreshRevocations::new(self.store(), self.clock.clone(), self.cache.clone())
            .execute()
            .await
            .unwrap();
    }

    /// Data for `openid` under `key`, collected now.
    pub(crate) fn collected(&self, openid: &str, key: u8, nickname: &str) -> (SignedData, Payload) {
        let at = self.clock.now();
        (signed(key, nickname), payload(key, APP, openid, at, nickname))
    }

    pub(crate) fn registration(&self, token: &Token, key: u8, nickname: &str) -> RegisterCommand {
        let (signed, payload) = self.collected(OPENID, key, nickname);
        RegisterCommand {
            token: token.clone(),
            signed: Some(signed),
            payload,
            token_change: TokenChange::Renew,
            client: client(),
        }
    }
}

pub(crate) fn app(id: &str, registration: RegistrationPolicy, open_platform: Option<&str>) -> App {
    App {
        id: id.parse().unwrap(),
        registration,
        open_platform: open_platform.map(|name| name.parse().unwrap()),
    }
}

pub(crate) fn app_id() -> AppId {
    APP.parse().unwrap()
}

pub(crate) fn identity(openid: &str) -> IdentityId {
    IdentityId { app_id: app_id(), openid: openid.parse().unwrap() }
}

pub(crate) fn key(number: u8) -> SessionKey {
    SessionKey::from_bytes([number; 16])
}

pub(crate) fn exchanged(openid: &str, number: u8) -> Exchanged {
    Exchanged { openid: openid.parse::<OpenId>().unwrap(), session_key: key(number), unionid: None }
}

pub(crate) fn exchanged_with_union(openid: &str, number: u8, unionid: &str) -> Exchanged {
    Exchanged { unionid: Some(unionid.parse::<UnionId>().unwrap()), ..exchanged(openid, number) }
}

pub(crate) fn client() -> ClientInfo {
    ClientInfo::new(None, Some("MicroMessenger"))
}

pub(crate) fn command(code: &str, idempotency_key: Option<&str>) -> LoginCommand {
    LoginCommand {
        app_id: app_id(),
        code: code.parse().unwrap(),
        idempotency_key: idempotency_key.map(|key| key.parse::<IdempotencyKey>().unwrap()),
        client: client(),
    }
}

/// A signature that spells out the key it was made with.
pub(crate) fn signed(key: u8, nickname: &str) -> SignedData {
    SignedData {
        raw_data: nickname.parse().unwrap(),
        signature: format!("{key:02x}").repeat(20).parse().unwrap(),
    }
}

/// A ciphertext that spells out its key and content.
pub(crate) fn payload(key: u8, app: &str, openid: &str, at: Timestamp, nickname: &str) -> Payload {
    let text = format!("{key}|{app}|{openid}|{}|{nickname}", at.as_millis());
    Payload {
        encrypted_data: STANDARD.encode(text).parse().unwrap(),
        iv: STANDARD.encode([0; 16]).parse().unwrap(),
    }
}

/// Open data as [`signed`] and [`payload`] write it.
#[derive(Default)]
pub(crate) struct LegibleOpenData;

impl OpenData for LegibleOpenData {
    fn is_signed_with(&self, key: &SessionKey, signed: &SignedData) -> bool {
        signed.signature.as_bytes()[..16] == key.expose_bytes()[..]
    }

    fn open(&self, key: &SessionKey, payload: &Payload) -> Result<OpenedData, OpenDataFault> {
        let text = String::from_utf8(payload.encrypted_data.as_bytes().to_vec());
        let text = text.map_err(|_| OpenDataFault::InvalidUtf8)?;
        let parts: Vec<_> = text.split('|').collect();
        let [number, app, openid, at, nickname] = parts[..] else {
            return Err(OpenDataFault::InvalidJson);
        };
        if number != key.expose_bytes()[0].to_string() {
            return Err(OpenDataFault::BadPadding);
        }
        Ok(OpenedData {
            watermark: Watermark {
                app_id: app.to_owned(),
                timestamp: Timestamp::from_millis(at.parse().unwrap()),
            },
            openid: (!openid.is_empty()).then(|| openid.to_owned()),
            profile: named(nickname),
            json: text.clone(),
        })
    }

    fn profile_in(&self, raw_data: &RawData) -> Option<Profile> {
        Some(named(raw_data.as_str()))
    }
}

pub(crate) fn named(nickname: &str) -> Profile {
    Profile { nickname: Nickname::kept(nickname), ..Profile::default() }
}
