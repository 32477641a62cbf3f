//! What the tests stand on.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::{Router, body::Body};
use domain::{
    app::{App, AppId, Apps, RegistrationPolicy},
    event::Events,
    identity::Identities,
    key_ring::{Grace, KeyRings, SessionKey},
    login::{
        CodeExchange, ExchangeError, Exchanged, Login, LoginAttempts, LoginCode, LoginPorts, RecentLogins,
    },
    open_data::{
        DecryptOpenData, Freshness, OpenData, OpenDataFault, OpenedData, Payload, RawData, SignedData,
        Watermark,
    },
    profile::{ChangeProfile, GetUser, Nickname, Profile, RefreshProfile, Users},
    registration::{Register, RegisterPorts},
    session::{
        Authenticate, EndAllSessions, EndOtherSession, EndSession, ListSessions, SessionCache,
        SessionLifetime, Sessions, Touches,
    },
    store::{Repositories, Store, StoreError, UnitOfWork},
    time::{Clock, Timestamp},
};
use http::{HeaderMap, Method, Request, StatusCode};
use http_api::{Api, HttpPolicy, Observed, Peer, Readiness, router};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use support::{FixedClock, MemoryStore, PlainSealer, SequenceIds, SequenceTokens};
use tokio::sync::{Notify, Semaphore};
use tower::ServiceExt;

pub(crate) const APP_ID: &str = "wx4f4bc4dec97d474b";
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// What WeChat answers to a code.
type Answer = dyn Fn(&str) -> Result<Exchanged, ExchangeError> + Send + Sync;

/// A WeChat that does as it is told, once it is let.
pub(crate) struct ObedientWechat {
    pub(crate) answer: Box<Answer>,
    pub(crate) gate: Semaphore,
    /// Told whenever an exchange begins.
    pub(crate) begun: Notify,
}

impl ObedientWechat {
    /// Every code is good; it is the openid, and its first byte makes the session_key.
    fn good(code: &str) -> Exchanged {
        let session_key = SessionKey::from_bytes([code.as_bytes()[0]; 16]);
        Exchanged { openid: code.parse().unwrap(), session_key, unionid: None }
    }
}

impl Default for ObedientWechat {
    fn default() -> Self {
        Self {
            answer: Box::new(|code| Ok(Self::good(code))),
            gate: Semaphore::new(1_000),
            begun: Notify::new(),
        }
    }
}

#[async_trait]
impl CodeExchange for ObedientWechat {
    async fn exchange(&self, _: &AppId, code: &LoginCode) -> Result<Exchanged, ExchangeError> {
        self.begun.notify_one();
        let _passed = self.gate.acquire().await.unwrap();
        (self.answer)(code.expose())
    }
}

/// Open data in the clear: a ciphertext is the JSON itself, or `fault:` and a fault's name. A
/// signature fits the key whose first byte it starts with.
struct PlainOpenData;

const FAULTS: [OpenDataFault; 9] = [
    OpenDataFault::InvalidCiphertextLength,
    OpenDataFault::BadPadding,
    OpenDataFault::InvalidUtf8,
    OpenDataFault::InvalidJson,
    OpenDataFault::NotAnObject,
    OpenDataFault::MissingWatermark,
    OpenDataFault::AppIdMismatch,
    OpenDataFault::OpenIdMismatch,
    OpenDataFault::NoKey,
];

/// The names of all faults of decryption.
pub(crate) fn fault_names() -> [&'static str; 9] {
    FAULTS.map(OpenDataFault::as_str)
}

fn profile_of(value: &Value) -> Profile {
    let nickname = Nickname::kept(value["nickName"].as_str().unwrap_or_default());
    Profile { nickname, ..Profile::default() }
}

impl OpenData for PlainOpenData {
    fn is_signed_with(&self, key: &SessionKey, signed: &SignedData) -> bool {
        key.expose_bytes()[0] == signed.signature.as_bytes()[0]
    }

    fn open(&self, _: &SessionKey, payload: &Payload) -> Result<OpenedData, OpenDataFault> {
        let text = String::from_utf8(payload.encrypted_data.as_bytes().to_vec()).unwrap();
        if let Some(name) = text.strip_prefix("fault:") {
            return Err(*FAULTS.iter().find(|fault| fault.as_str() == name).unwrap());
        }
        let value: Value = serde_json::from_str(&text).unwrap();
        let seconds = value["watermark"]["timestamp"].as_i64().unwrap();
        Ok(OpenedData {
            watermark: Watermark {
                app_id: value["watermark"]["appid"].as_str().unwrap().to_owned(),
                timestamp: Timestamp::from_millis(seconds * 1000),
            },
            openid: value["openId"].as_str().map(ToOwned::to_owned),
            profile: profile_of(&value),
            json: text,
        })
    }

    fn profile_in(&self, raw_data: &RawData) -> Option<Profile> {
        serde_json::from_str(raw_data.as_str()).ok().map(|value| profile_of(&value))
    }
}

/// A store that can be broken.
#[derive(Default)]
pub(crate) struct FragileStore {
    store: MemoryStore,
    is_broken: AtomicBool,
}

impl FragileStore {
    pub(crate) fn break_down(&self) {
        self.is_broken.store(true, Ordering::Relaxed);
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.is_broken.load(Ordering::Relaxed) {
            return Err(StoreError::lasting(std::io::Error::other("the disk is full")));
        }
        Ok(())
    }
}

impl Repositories for FragileStore {
    fn users(&self) -> &dyn Users {
        self.store.users()
    }

    fn identities(&self) -> &dyn Identities {
        self.store.identities()
    }

    fn key_rings(&self) -> &dyn KeyRings {
        self.store.key_rings()
    }

    fn sessions(&self) -> &dyn Sessions {
        self.store.sessions()
    }

    fn login_attempts(&self) -> &dyn LoginAttempts {
        self.store.login_attempts()
    }

    fn events(&self) -> &dyn Events {
        self.store.events()
    }
}

#[async_trait]
impl Store for FragileStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        self.check()?;
        self.store.begin().await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.check()?;
        self.store.ping().await
    }
}

/// A server and what it stands on.
pub(crate) struct World {
    pub(crate) router: Observed<Router>,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) store: Arc<FragileStore>,
    pub(crate) wechat: Arc<ObedientWechat>,
    pub(crate) readiness: Arc<Readiness>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(HttpPolicy::default(), ObedientWechat::default())
    }

    /// A world in which WeChat answers every code like this.
    pub(crate) fn where_wechat_says(error: ExchangeError) -> Self {
        let answer = Box::new(move |_: &str| Err(error.clone()));
        Self::with(HttpPolicy::default(), ObedientWechat { answer, ..ObedientWechat::default() })
    }

    pub(crate) fn with(policy: HttpPolicy, wechat: ObedientWechat) -> Self {
        let clock = Arc::new(FixedClock::moving_on(NOW));
        let store = Arc::new(FragileStore::default());
        let wechat = Arc::new(wechat);
        let readiness = Arc::new(Readiness::new(store.clone()));
        let api = api_of(policy, &clock, &store, &wechat, &readiness);
        Self { router: router(api), clock, store, wechat, readiness }
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Reply {
        Reply::read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Reply {
        self.ask(request(method, path, token, body)).await
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Reply {
        self.send(Method::GET, path, Some(token), None).await
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(token), Some(body)).await
    }

    /// Logs in and gives the token.
    pub(crate) async fn log_in(&self, code: &str) -> String {
        let reply = self.login(code).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
        reply.text("/token")
    }

    pub(crate) async fn login(&self, code: &str) -> Reply {
        let body = json!({ "app_id": APP_ID, "code": code });
        self.send(Method::POST, "/v1/login", None, Some(body)).await
    }

    /// Logs in, registers, and gives the token.
    pub(crate) async fn register(&self, code: &str) -> String {
        let token = self.log_in(code).await;
        let reply = self.post("/v1/register", &token, signed(code)).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
        reply.text("/token")
    }
}

fn api_of(
    policy: HttpPolicy,
    clock: &Arc<FixedClock>,
    store: &Arc<FragileStore>,
    wechat: &Arc<ObedientWechat>,
    readiness: &Arc<Readiness>,
) -> Api {
    let app =
        App { id: APP_ID.parse().unwrap(), registration: RegistrationPolicy::OpenData, open_platform: None };
    let apps = Arc::new(Apps::try_new(vec![app]).unwrap());
    let clock: Arc<dyn Clock> = clock.clone();
    let store: Arc<dyn Store> = store.clone();
    let exchange: Arc<dyn CodeExchange> = wechat.clone();
    let lifetime =
        SessionLifetime { idle: Duration::from_hours(24), absolute: Duration::from_hours(24 * 30) };
    let (grace, freshness) = (Grace::new(Duration::from_mins(10)), Freshness::new(Duration::from_mins(5)));
    let (sealer, tokens) = (Arc::new(PlainSealer), Arc::new(SequenceTokens::default()));
    let (ids, open_data) = (Arc::new(SequenceIds::default()), Arc::new(PlainOpenData));
    let (cache, touches) = (Arc::new(SessionCache::new(100)), Arc::new(Touches::default()));
    let recent = Arc::new(RecentLogins::default());
    Api {
        login: Arc::new(Login::new(LoginPorts {
            store: store.clone(),
            exchange,
            sealer: sealer.clone(),
            tokens: tokens.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            apps: apps.clone(),
            lifetime,
            cache: cache.clone(),
            recent: recent.clone(),
        })),
        register: Arc::new(Register::new(RegisterPorts {
            store: store.clone(),
            open_data: open_data.clone(),
            sealer: sealer.clone(),
            tokens: tokens.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            apps: apps.clone(),
            lifetime,
            grace,
            freshness,
            cache: cache.clone(),
            recent,
        })),
        authenticate: Arc::new(Authenticate::new(
            store.clone(),
            tokens,
            clock.clone(),
            apps.clone(),
            lifetime,
            cache.clone(),
            touches,
        )),
        end_session: Arc::new(EndSession::new(store.clone(), clock.clone(), ids.clone(), cache.clone())),
        end_other_session: Arc::new(EndOtherSession::new(
            store.clone(),
            clock.clone(),
            ids.clone(),
            cache.clone(),
        )),
        end_all_sessions: Arc::new(EndAllSessions::new(store.clone(), clock.clone(), ids.clone(), cache)),
        list_sessions: Arc::new(ListSessions::new(store.clone(), clock.clone())),
        get_user: Arc::new(GetUser::new(store.clone())),
        change_profile: Arc::new(ChangeProfile::new(store.clone(), clock.clone(), ids.clone())),
        refresh_profile: Arc::new(RefreshProfile::new(
            store.clone(),
            open_data.clone(),
            sealer.clone(),
            clock.clone(),
            ids,
            grace,
            freshness,
        )),
        decrypt_open_data: Arc::new(DecryptOpenData::new(store, open_data, sealer, clock, grace)),
        apps,
        readiness: readiness.clone(),
        policy,
    }
}

/// A request as a client sends it, from 203.0.113.7.
pub(crate) fn request(method: Method, path: &str, token: Option<&str>, body: Option<Value>) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .extension(Peer(SocketAddr::from(([203, 0, 113, 7], 50_000))))
        .header("user-agent", "MicroMessenger/8.0.50");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let body = match body {
        Some(body) => {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        }
        None => Body::empty(),
    };
    request.body(body).unwrap()
}

/// An answer, read.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    /// The body, where it is JSON.
    pub(crate) body: Value,
}

impl Reply {
    pub(crate) async fn read(response: http::Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Self { status: parts.status, headers: parts.headers, bytes, body }
    }

    /// The text at this place of the body.
    pub(crate) fn text(&self, pointer: &str) -> String {
        let text = self.body.pointer(pointer).and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("no text at {pointer} of {}", self.body)).to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts that this is the problem `code` in full form, with the status and the verb that the
    /// table gives it.
    #[track_caller]
    pub(crate) fn assert_problem(&self, code: &str) {
        assert_eq!(self.body["code"], code, "{}", self.body);
        let kind = http_api::TABLE.iter().find(|kind| kind.code == code).unwrap();
        assert_eq!(self.status, kind.status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.header("content-length"), self.bytes.len().to_string());
        assert_eq!(self.body["type"], format!("urn:yaoshi:problem:{code}"));
        assert_eq!(self.body["status"], kind.status.as_u16());
        assert_eq!(self.body["title"], kind.title);
        assert_eq!(self.body["recover"], kind.recover.as_str());
        assert_eq!(self.body["request_id"], self.header("x-request-id"));
        let after = kind.retry_after.map_or(String::new(), |seconds| seconds.to_string());
        assert_eq!(self.header("retry-after"), after);
    }
}

/// Open data in the form of [`PlainOpenData`], signed under the key of `code`.
pub(crate) fn signed(code: &str) -> Value {
    signed_of(code, &user_info("阿明 🌱"))
}

pub(crate) fn signed_of(code: &str, data: &Value) -> Value {
    let mut body = unsigned_of(&data.to_string());
    body["raw_data"] = json!(json!({ "nickName": data["nickName"] }).to_string());
    body["signature"] = json!(format!("{:02x}{}", code.as_bytes()[0], "0".repeat(38)));
    body
}

/// The same without a signature.
pub(crate) fn unsigned_of(plaintext: &str) -> Value {
    json!({ "encrypted_data": base64(plaintext.as_bytes()), "iv": "AAAAAAAAAAAAAAAAAAAAAA==" })
}

/// What `wx.getUserInfo` encrypts.
pub(crate) fn user_info(nickname: &str) -> Value {
    let watermark = json!({ "appid": APP_ID, "timestamp": NOW.as_millis() / 1000 });
    json!({ "nickName": nickname, "watermark": watermark })
}

/// Standard base64, with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3)
            .fold(0_u32, |bits, place| bits << 8 | u32::from(chunk.get(place).copied().unwrap_or_default()));
        for place in 0..4 {
            let digit = ALPHABET[(bits >> (18 - 6 * place) & 0x3f) as usize];
            text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}
