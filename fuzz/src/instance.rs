//! An instance of the server in memory, with a registered user and an operator who is signed in.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::{Router, body::Body};
use base64::{Engine, engine::general_purpose::STANDARD};
use crypto::{
    AesGcmSealer, Es256Signer, HmacBlindIndex, HmacPseudonyms, HmacSigner, IndexKey, MasterKey, MasterKeys,
    WeChatOpenData,
};
use domain::{
    app::{App, Apps, Offer, PhoneJoin, RegistrationMethod},
    client::{ClientInfo, Origin},
    clock_offset::CompareClocks,
    diagnosis::Failures,
    event::EventKind,
    hourly_count::Tally,
    key_ring::Grace,
    open_data::{Freshness, Opener},
    operator::{AddOperator, ManageOperatorPorts, NewOperator, Role, SecondFactor},
    push::PushSettings,
    service::{Scope, Service, Services},
    session::{CountLiveSessions, SessionCache, SessionLifetime, Tokens},
    session_key_check::{ResetPorts, ResetSessionKeys},
    store::{Changes, Committed, Repositories, Store, StoreError},
    time::{Clock, Timestamp},
    webhook::{Webhook, WebhookEndpoint, Webhooks},
};
use http::Request;
use http_api::{
    AdminApi, AdminPorts, Api, HttpPolicy, Observed, Ports, RateLimits, Readiness, TrustedProxies,
};
use support::{FixedClock, MemoryStore, PlainPasswords, SequenceIds, SequenceTokens, TokioTasks};
use tower::ServiceExt;

use crate::{
    Answer, parse,
    wechat::{Echo, KindWeChat, SESSION_KEY, Unsigned},
};

/// The app that is served.
pub const APP_ID: &str = "wx0123456789abcdef";
/// The secret of that app.
pub const APP_SECRET: &str = "c1f0a7de5b3c49688e20d7f4b19a6035";
/// The key of the app's offer.
pub const APP_KEY: &str = "the-app-key-of-the-targets";
/// The secret of the service `shop`, which has every scope.
pub const SERVICE_SECRET: &str = "a-secret-of-a-service-for-the-tests";
/// The time, at which it stays.
pub const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// The secret of what is told to back ends.
const RELAY_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Registers somebody by a phone number.
const SET_UP: [&str; 2] = [
    "POST /v1/login\ncontent-type: application/json\n\n{\"app_id\":\"wx0123456789abcdef\",\"code\":\"alice\"}",
    "POST /v1/register\ncontent-type: application/json\nauthorization: Bearer $TOKEN\n\n{\"phone_code\":\"13800138000\"}",
];

/// A store that knows whether anything was committed since it was set up.
#[derive(Default)]
struct Watched {
    store: MemoryStore,
    has_changed: AtomicBool,
}

#[async_trait]
impl Store for Watched {
    fn repositories(&self) -> &dyn Repositories {
        &self.store
    }

    async fn commit(&self, changes: Changes) -> Result<Committed, StoreError> {
        self.has_changed.store(true, Ordering::Relaxed);
        self.store.commit(changes).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    async fn time(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.time().await
    }
}

/// The routes of both listeners, on one store.
pub struct Instance {
    store: Arc<Watched>,
    api: Observed<Router>,
    admin: Observed<Router>,
    token: String,
    cookie: String,
}

impl Instance {
    /// An instance after the set-up. Has to be called in a runtime.
    pub async fn start() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(FixedClock::moving_on(NOW));
        let store = Arc::new(Watched::default());
        let ports = ports(store.clone(), clock.clone());
        let clocks = Arc::new(CompareClocks::new(store.clone(), clock.clone()));
        let readiness = Arc::new(Readiness::new(store.clone(), clock.clone(), clocks));
        let policy = HttpPolicy {
            limits: RateLimits::OFF,
            cors_origins: vec!["https://admin.example.org".parse().unwrap()],
            trusted_proxies: TrustedProxies::new(vec!["203.0.113.0/24".parse().unwrap()]),
            ..HttpPolicy::default()
        };
        let (admin_ports, managing) = admin_ports(&ports);
        let api = http_api::router(Api::new(ports, readiness, policy.clone()));
        let admin = http_api::admin_router(AdminApi::new(admin_ports, &policy), &policy);
        let mut instance = Self { store, api, admin, token: String::new(), cookie: String::new() };
        for request in SET_UP {
            let request = parse(request.replace("$TOKEN", &instance.token).as_bytes()).unwrap();
            let answer = instance.ask(request).await;
            let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
            assert!(answer.status.is_success(), "{body}");
            instance.token = body["token"].as_str().unwrap().to_owned();
        }
        instance.sign_in(managing).await;
        instance.store.has_changed.store(false, Ordering::Relaxed);
        instance
    }

    async fn sign_in(&mut self, managing: ManageOperatorPorts) {
        let new = NewOperator {
            name: "li.lei".parse().unwrap(),
            role: Role::Operator,
            second_factor: SecondFactor::None,
        };
        let origin = Origin { at: NOW, client: ClientInfo::default() };
        let made = AddOperator::new(managing).execute(&new, &origin).await.unwrap();
        let body = serde_json::json!({ "name": "li.lei", "password": made.password.expose() });
        let head = "POST /admin/v1/sign-in\ncontent-type: application/json\n\n";
        let answer = self.ask_admin(parse(format!("{head}{body}").as_bytes()).unwrap()).await;
        let cookie = answer.headers["set-cookie"].to_str().unwrap();
        self.cookie = cookie.split(';').next().unwrap().to_owned();
    }

    /// An input with the credentials that it names: `$TOKEN` for the user's token, `$COOKIE` for the operator's
    /// cookie. An input need not know them.
    pub fn with_credentials(&self, input: &[u8]) -> Vec<u8> {
        let replaced = replace(input, b"$TOKEN", self.token.as_bytes());
        replace(&replaced, b"$COOKIE", self.cookie.as_bytes())
    }

    /// Whether anything was committed since the set-up. Every input meets the same rows, so that a failure can be
    /// repeated: after one that has changed them there has to be another instance.
    pub fn has_changed(&self) -> bool {
        self.store.has_changed.load(Ordering::Relaxed)
    }

    /// Sends a request to the main listener.
    pub async fn ask(&self, request: Request<Body>) -> Answer {
        Answer::read(self.api.clone().oneshot(request).await.unwrap()).await
    }

    /// Sends a request to the operators' listener.
    pub async fn ask_admin(&self, request: Request<Body>) -> Answer {
        Answer::read(self.admin.clone().oneshot(request).await.unwrap()).await
    }
}

fn replace(bytes: &[u8], name: &[u8], value: &[u8]) -> Vec<u8> {
    match bytes.windows(name.len()).position(|window| window == name) {
        Some(at) => [&bytes[..at], value, &bytes[at + name.len()..]].concat(),
        None => bytes.to_vec(),
    }
}

fn app() -> App {
    let back_end = WebhookEndpoint {
        url: "https://shop.example.org/wechat".parse().unwrap(),
        secrets: vec![RELAY_SECRET.parse().unwrap()],
        allows_private: false,
    };
    let push = PushSettings {
        token: "mockPushToken01".parse().unwrap(),
        aes_keys: Vec::new(),
        relay: Some(back_end),
    };
    let offer = Offer {
        id: "1450000001".parse().unwrap(),
        app_key: Some(APP_KEY.parse().unwrap()),
        sandbox_app_key: None,
    };
    App {
        id: APP_ID.parse().unwrap(),
        registration: vec![RegistrationMethod::OpenData, RegistrationMethod::Phone],
        phone_join: PhoneJoin::Never,
        open_platform: None,
        offers: vec![offer],
        push: Some(push),
    }
}

fn ports(store: Arc<Watched>, clock: Arc<dyn Clock>) -> Ports {
    let wechat = Arc::new(KindWeChat);
    let master_key = MasterKey::new("k1".parse().unwrap(), [7; 32]);
    let index_key: IndexKey = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=".parse().unwrap();
    let shop = Service {
        id: "shop".parse().unwrap(),
        secret_hash: SequenceTokens::default().digest(SERVICE_SECRET),
        scopes: Scope::ALL.to_vec(),
        apps: None,
    };
    Ports {
        store,
        exchange: wechat.clone(),
        session_key_check: wechat.clone(),
        encrypt_keys: wechat.clone(),
        phone_numbers: wechat.clone(),
        phone_index: Some(Arc::new(HmacBlindIndex::new(index_key.clone()))),
        push_reader: Arc::new(Unsigned),
        push_relay: Arc::new(Echo),
        signer: Arc::new(HmacSigner),
        assertion_signer: Arc::new(Es256Signer::new()),
        signing_keys: Arc::default(),
        issuer: Some("https://login.example.org".parse().unwrap()),
        access_tokens: wechat,
        services: Arc::new(Services::new([shop])),
        opener: Opener {
            open_data: Arc::new(WeChatOpenData),
            sealer: Arc::new(AesGcmSealer::new(&MasterKeys::try_new([master_key]).unwrap())),
            grace: Grace::new(Duration::from_mins(10)),
            freshness: Freshness::new(Duration::from_mins(5)),
        },
        tokens: Arc::new(SequenceTokens::default()),
        ids: Arc::new(SequenceIds::default()),
        tasks: Arc::new(TokioTasks),
        apps: Arc::new(Apps::try_new(vec![app()]).unwrap()),
        cache: Arc::new(SessionCache::new(100)),
        touches: Arc::default(),
        failures: Arc::new(Failures::new(clock.clone(), 50)),
        tally: Arc::new(Tally::new(clock.clone())),
        pseudonyms: Arc::new(HmacPseudonyms::under_index_key(&index_key)),
        lifetime: SessionLifetime { idle: Duration::from_hours(24), absolute: Duration::from_hours(24 * 30) },
        max_sessions: 100,
        clock,
    }
}

fn admin_ports(ports: &Ports) -> (AdminPorts, ManageOperatorPorts) {
    let ports = ports.clone();
    let passwords = Arc::new(PlainPasswords::default());
    let totp = Arc::new(crypto::Rfc6238Totp);
    let managing = ManageOperatorPorts {
        store: ports.store.clone(),
        passwords: passwords.clone(),
        totp: totp.clone(),
        sealer: ports.opener.sealer.clone(),
        ids: ports.ids.clone(),
    };
    let reset = ResetSessionKeys::new(ResetPorts {
        store: ports.store.clone(),
        check: ports.session_key_check,
        signer: ports.signer,
        sealer: ports.opener.sealer.clone(),
        clock: ports.clock.clone(),
        tasks: ports.tasks.clone(),
    });
    let endpoint = WebhookEndpoint {
        url: "https://shop.example.org/hooks?key=secret".parse().unwrap(),
        secrets: Vec::new(),
        allows_private: false,
    };
    let events = vec![EventKind::Registered, EventKind::UserErased];
    let webhook = Webhook { name: "shop".parse().unwrap(), endpoint, events };
    let live_sessions = CountLiveSessions::new(ports.store.clone(), ports.clock.clone());
    let admin = AdminPorts {
        store: ports.store,
        sealer: ports.opener.sealer,
        phone_index: ports.phone_index,
        passwords,
        totp,
        tokens: ports.tokens,
        clock: ports.clock,
        ids: ports.ids,
        apps: ports.apps,
        services: ports.services,
        webhooks: Arc::new(Webhooks::new(vec![webhook])),
        cache: ports.cache,
        reset,
        call_health: Arc::new(KindWeChat),
        live_sessions: Arc::new(live_sessions),
        tasks: ports.tasks,
        is_behind_tls: false,
    };
    (admin, managing)
}

/// What must not be in any answer.
pub fn secrets() -> [String; 4] {
    [APP_SECRET.to_owned(), APP_KEY.to_owned(), SERVICE_SECRET.to_owned(), STANDARD.encode(SESSION_KEY)]
}
