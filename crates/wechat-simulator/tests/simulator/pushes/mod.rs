//! Pushes to an app's server, which verifies and decrypts them by its own code.

mod addresses;
mod deliveries;
mod messages;
mod payments;
mod receiver;

use axum::http::StatusCode;
use serde_json::{Value, json};
use wechat_simulator::Simulator;

use crate::support::{APP, Response, post, send};

const PUSH: &str = "/sim/push";
const PUSHES: &str = "/sim/pushes";
const REFUND_QUERY: &str = "xpay_subscribe_ios_refund_query_notify";
const ADDRESS: &str = "/sim/apps/wx0123456789abcdef/push";
const TOKEN: &str = "mockPushToken01";
const AES_KEY: &str = "M+gYuWXISNG7Uapmq1aSbPGlLetdaeZAGt6RlrwOzc4";

/// A push address without encryption.
fn plain(url: &str) -> Value {
    json!({ "url": url, "token": TOKEN })
}

/// A push address with the key of the receiver.
fn encrypted(url: &str, mode: &str, format: &str) -> Value {
    json!({ "url": url, "token": TOKEN, "mode": mode, "encoding_aes_key": AES_KEY, "format": format })
}

async fn put_address(simulator: &Simulator, address: &Value) -> Response {
    send(simulator, "PUT", ADDRESS, address.to_string()).await
}

async fn set_address(simulator: &Simulator, address: &Value) {
    let response = put_address(simulator, address).await;
    assert_eq!((response.status, response.body.as_str()), (StatusCode::OK, "{}"));
}

/// Pushes a message to the app's server. Returns the push.
async fn push(simulator: &Simulator, mut body: Value) -> Value {
    body["app_id"] = json!(APP);
    let response = post(simulator, PUSH, body).await;
    assert_eq!(response.status, StatusCode::OK, "{}", response.body);
    response.json()
}

/// The usual event that the receiver accepts, with fields that tell messages apart.
fn demo(text: &str) -> Value {
    json!({ "event": "debug_demo", "fields": { "debug_str": text } })
}
