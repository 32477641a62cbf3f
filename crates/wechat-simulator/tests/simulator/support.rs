//! Simulators with fixed clocks, and calls of their routes.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use aes::{
    Aes128,
    cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7},
};
use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderName, Request, StatusCode, header::CONTENT_TYPE},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use tower::ServiceExt;
use wechat_simulator::{App, NewUser, Offer, Policies, SessionKey, Simulator, SimulatorConfig, UserId};

pub(crate) const APP: &str = "wx0123456789abcdef";
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const BOUND_APP: &str = "wxfedcba9876543210";
pub(crate) const OFFER: &str = "1450000001";
pub(crate) const LIVE_KEY: &str = "live-app-key";
pub(crate) const SANDBOX_KEY: &str = "sandbox-app-key";
pub(crate) const START_MS: i64 = 1_795_000_000_000;

/// A simulator with two apps, one of them bound to the Open Platform account, and a fixed real clock.
pub(crate) fn simulator() -> Simulator {
    simulator_with(Policies::default())
}

pub(crate) fn simulator_with(policies: Policies) -> Simulator {
    Simulator::new(SimulatorConfig {
        apps: vec![App::new(APP, SECRET), App::new(BOUND_APP, SECRET).bound_to_open_platform()],
        policies,
        clock: Some(Arc::new(|| START_MS)),
        ..SimulatorConfig::default()
    })
}

/// A simulator whose app has an offer.
pub(crate) fn simulator_with_offer() -> Simulator {
    let simulator = simulator();
    let offer = Offer {
        offer_id: OFFER.to_owned(),
        app_key: LIVE_KEY.to_owned(),
        sandbox_app_key: SANDBOX_KEY.to_owned(),
    };
    simulator.register_app(App::new(APP, SECRET).with_offer(offer)).unwrap();
    simulator
}

/// A simulator with one app, whose real clock the test sets.
pub(crate) fn simulator_with_clock(clock: Arc<AtomicI64>) -> Simulator {
    Simulator::new(SimulatorConfig {
        apps: vec![App::new(APP, SECRET)],
        clock: Some(Arc::new(move || clock.load(Ordering::Relaxed))),
        ..SimulatorConfig::default()
    })
}

pub(crate) fn user(simulator: &Simulator) -> UserId {
    simulator.create_user(NewUser::default()).unwrap()
}

pub(crate) fn code(simulator: &Simulator, user: UserId) -> String {
    simulator.wx_login(APP, user, "phone-1").unwrap().code
}

/// A complete response.
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }

    pub(crate) fn errcode(&self) -> i64 {
        self.json()["errcode"].as_i64().unwrap_or(0)
    }

    /// The field of a simulator error.
    pub(crate) fn error_field(&self) -> String {
        self.json()["error"]["field"].as_str().unwrap().to_owned()
    }
}

pub(crate) async fn send(simulator: &Simulator, method: &str, path: &str, body: impl Into<Body>) -> Response {
    // WeChat's endpoints take any content type, the phones and controls that of JSON.
    let content_type = if path.starts_with("/sim/") { "application/json" } else { "text/plain" };
    send_as(simulator, method, path, &[(CONTENT_TYPE, content_type)], body).await
}

pub(crate) async fn send_as(
    simulator: &Simulator,
    method: &str,
    path: &str,
    headers: &[(HeaderName, &str)],
    body: impl Into<Body>,
) -> Response {
    let request = Request::builder().method(method).uri(path);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(name, *value));
    let request = request.body(body.into()).unwrap();
    let response = simulator.router().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Response { status: parts.status, headers: parts.headers, body: String::from_utf8(body.into()).unwrap() }
}

pub(crate) async fn get(simulator: &Simulator, path: &str) -> Response {
    send(simulator, "GET", path, Body::empty()).await
}

pub(crate) async fn post(simulator: &Simulator, path: &str, body: Value) -> Response {
    send(simulator, "POST", path, body.to_string()).await
}

pub(crate) fn exchange_path(app_id: &str, secret: &str, code: &str) -> String {
    format!("/sns/jscode2session?appid={app_id}&secret={secret}&js_code={code}&grant_type=authorization_code")
}

pub(crate) async fn exchange(simulator: &Simulator, code: &str) -> Response {
    get(simulator, &exchange_path(APP, SECRET, code)).await
}

/// The session_key that the app's server gets for a code.
pub(crate) async fn session_key(simulator: &Simulator, code: &str) -> String {
    exchange(simulator, code).await.json()["session_key"].as_str().unwrap().to_owned()
}

/// A user who has logged in to the app.
pub(crate) struct LoggedIn {
    pub(crate) user: UserId,
    pub(crate) openid: String,
    pub(crate) key: SessionKey,
}

pub(crate) async fn log_in(simulator: &Simulator) -> LoggedIn {
    let user = user(simulator);
    let exchanged = exchange(simulator, &code(simulator, user)).await.json();
    let openid = exchanged["openid"].as_str().unwrap().to_owned();
    LoggedIn { user, openid, key: simulator.session_key(APP, user).unwrap() }
}

/// The body of a request for a stable access token.
pub(crate) fn token_request(app_id: &str) -> Value {
    json!({ "grant_type": "client_credential", "appid": app_id, "secret": SECRET })
}

/// The app's stable access token.
pub(crate) async fn access_token(simulator: &Simulator, app_id: &str) -> String {
    let response = post(simulator, "/cgi-bin/stable_token", token_request(app_id)).await;
    response.json()["access_token"].as_str().unwrap().to_owned()
}

/// Asserts that the errmsg is `errmsg` and, after a space, a request id of the current time.
pub(crate) fn assert_errmsg(response: &Response, errmsg: &str) {
    let text = response.json()["errmsg"].as_str().unwrap().to_owned();
    let head = format!("{errmsg} rid: {:08x}-", START_MS / 1000);
    let tail = text.strip_prefix(&head).unwrap_or_else(|| panic!("{text} does not begin with {head}"));
    let rest: Vec<&str> = tail.split('-').collect();
    assert_eq!(rest.len(), 2, "{text}");
    assert!(rest.iter().all(|part| part.len() == 8 && u32::from_str_radix(part, 16).is_ok()), "{text}");
}

pub(crate) fn signature(raw_data: &str, session_key: &str) -> String {
    let digest = Sha1::digest(format!("{raw_data}{session_key}"));
    digest.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).map(char::from).collect()
}

/// Decrypts like an app's server. `None` if the padding or the JSON is invalid.
pub(crate) fn decrypt(encrypted_data: &str, iv: &str, session_key: &str) -> Option<Value> {
    let key: [u8; 16] = BASE64_STANDARD.decode(session_key).unwrap().try_into().unwrap();
    let iv: [u8; 16] = BASE64_STANDARD.decode(iv).unwrap().try_into().unwrap();
    let mut data = BASE64_STANDARD.decode(encrypted_data).unwrap();
    let cipher = cbc::Decryptor::<Aes128>::new(&key.into(), &iv.into());
    let plain = cipher.decrypt_padded::<Pkcs7>(&mut data).ok()?;
    serde_json::from_slice(plain).ok()
}

pub(crate) fn phone(user: UserId) -> Value {
    json!({ "app_id": APP, "user_id": user.to_string() })
}
