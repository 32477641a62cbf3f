//! What every adapter that passes pushes on to back ends holds to.
//!
//! Each function is one case over a [`Stage`]. The macro
//! [`push_relay_suite`](crate::push_relay_suite) lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the adapter does not hold to it"
)]

use std::time::Duration;

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    push::{PushRelay, RelayedPush},
    time::Timestamp,
    webhook::{WebhookEndpoint, WebhookFault, WebhookResponse, WebhookUrl},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// An adapter, and a back end on this machine.
#[async_trait]
pub trait Stage: Send + Sync {
    /// The adapter.
    fn push_relay(&self) -> &dyn PushRelay;

    /// The time on the adapter's clock.
    fn now(&self) -> Timestamp;

    /// Starts the back end, which treats every request so. Returns its address.
    async fn back_end(&self, reply: BackEndReply) -> WebhookUrl;

    /// An address of this machine at which nobody listens.
    async fn nobody(&self) -> WebhookUrl;

    /// What the back end was sent, in order.
    fn received(&self) -> Vec<Webhook>;
}

/// What a back end does with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackEndReply {
    /// Answers with this status and body, and in the case of a redirect with a `Location` at itself.
    Answer(u16, Vec<u8>),
    /// Answers nothing, and keeps the connection open.
    Hang,
    /// Closes the connection.
    HangUp,
}

/// A request as a back end receives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// The header `webhook-id`.
    pub id: String,
    /// The header `webhook-timestamp`.
    pub timestamp: String,
    /// The header `webhook-signature`.
    pub signature: String,
    /// The body.
    pub body: String,
}

const ID: &str = "0192e4a0-0000-7000-8000-000000000001";
const APP: &str = "wx0123456789abcdef";
const MESSAGE: &str = r#"{"MsgType":"event","Event":"debug_demo"}"#;

/// A time limit that no answer misses, and one that is missed.
pub(crate) const LONG: Duration = Duration::from_mins(1);
pub(crate) const SHORT: Duration = Duration::from_millis(100);

/// An endpoint with two secrets, which may have an address of this machine.
pub(crate) fn endpoint(url: WebhookUrl) -> WebhookEndpoint {
    let secrets = ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"];
    let secrets = secrets.map(|secret| format!("whsec_{secret}").parse().expect("it is a secret"));
    WebhookEndpoint { url, secrets: secrets.into(), allows_private: true }
}

async fn relay(
    stage: &dyn Stage,
    endpoint: &WebhookEndpoint,
    message: &str,
    limit: Duration,
) -> Result<WebhookResponse, WebhookFault> {
    let push = RelayedPush {
        id: ID.parse().expect("it is an id"),
        app_id: &APP.parse().expect("it is an app id"),
        received_at: Timestamp::from_millis(1_714_112_445_006),
        message,
    };
    stage.push_relay().relay(endpoint, &push, limit).await
}

/// Starts a back end and sends it a message.
async fn answer(stage: &dyn Stage, reply: BackEndReply) -> Result<WebhookResponse, WebhookFault> {
    let endpoint = endpoint(stage.back_end(reply).await);
    relay(stage, &endpoint, MESSAGE, LONG).await
}

/// An answer of any status is returned with its body, without the spaces at either end.
pub async fn an_answer_is_returned(stage: &dyn Stage) {
    for (status, sent, body) in [
        (200, "success", "success"),
        (200, " \r\n{ \"ErrCode\": 0 }\n", "{ \"ErrCode\": 0 }"),
        (202, "收到", "收到"),
        (410, "", ""),
        (503, "try again", "try again"),
    ] {
        let answer = answer(stage, BackEndReply::Answer(status, sent.into())).await;
        assert_eq!(answer, Ok(WebhookResponse { status, body: body.to_owned() }));
    }
}

/// A message arrives with its id, its app and the moment it was received, and as it was written.
pub async fn a_message_arrives_whole(stage: &dyn Stage) {
    let endpoint = endpoint(stage.back_end(BackEndReply::Answer(200, Vec::new())).await);
    let messages = [
        MESSAGE,
        "{ \"MsgId\" : 12345678901234567890123, \"n\": 1.10,\n\"Content\": \"微😀 \\u5fae\\/\" }",
        r#"{"List":[{"a":null}],"type":"other"}"#,
    ];
    for message in messages {
        relay(stage, &endpoint, message, LONG).await.expect("it is answered");
    }
    let received = stage.received();
    assert_eq!(received.len(), messages.len());
    for (webhook, message) in received.iter().zip(messages) {
        assert_eq!(webhook.id, ID);
        assert!(webhook.body.contains(message), "{}", webhook.body);
        let body: Value = serde_json::from_str(&webhook.body).expect("it is JSON");
        let message: Value = serde_json::from_str(message).expect("it is JSON");
        let expected = json!({
            "type": "wechat.push",
            "timestamp": "2024-04-26T06:20:45.006Z",
            "data": { "app_id": APP, "message": message },
        });
        assert_eq!(body, expected);
    }
}

/// A message is signed with every secret of the endpoint, in their order, at the time when it is sent.
pub async fn a_message_is_signed_with_every_secret(stage: &dyn Stage) {
    let endpoint = endpoint(stage.back_end(BackEndReply::Answer(200, Vec::new())).await);
    relay(stage, &endpoint, "{\"Content\":\"微😀\"}", LONG).await.expect("it is answered");
    let received = stage.received();
    let Webhook { id, timestamp, signature, body } = received.first().expect("it arrived");
    assert_eq!(*timestamp, (stage.now().as_millis() / 1000).to_string());
    let signatures = endpoint.secrets.iter().map(|secret| {
        let mac = Hmac::<Sha256>::new_from_slice(secret.expose_bytes()).expect("it is a key");
        let mac = mac.chain_update(format!("{id}.{timestamp}.{body}")).finalize();
        format!("v1,{}", STANDARD.encode(mac.into_bytes()))
    });
    assert_eq!(*signature, signatures.collect::<Vec<_>>().join(" "));
}

/// A redirect is an answer, and is not followed.
pub async fn a_redirect_is_an_answer(stage: &dyn Stage) {
    for status in [301, 302, 303, 307, 308] {
        let answer = answer(stage, BackEndReply::Answer(status, Vec::new())).await;
        assert_eq!(answer, Ok(WebhookResponse { status, body: String::new() }));
        assert_eq!(stage.received().len(), 1, "{status}");
    }
}

/// An answer beyond 8 KiB, or that is no UTF-8, is refused.
pub async fn what_cannot_be_read_is_refused(stage: &dyn Stage) {
    for body in [vec![b'a'; 8 * 1024 + 1], b"\xff\xfe".to_vec()] {
        let answer = answer(stage, BackEndReply::Answer(200, body)).await;
        assert_eq!(answer, Err(WebhookFault::Unreadable));
    }
}

/// Where nobody listens, there is no connection.
pub async fn nobody_is_not_connected_to(stage: &dyn Stage) {
    let endpoint = endpoint(stage.nobody().await);
    assert_eq!(relay(stage, &endpoint, MESSAGE, LONG).await, Err(WebhookFault::NotConnected));
}

/// An answer that is not there in time is not waited for.
pub async fn a_late_answer_is_not_waited_for(stage: &dyn Stage) {
    let endpoint = endpoint(stage.back_end(BackEndReply::Hang).await);
    assert_eq!(relay(stage, &endpoint, MESSAGE, SHORT).await, Err(WebhookFault::TimedOut));
}

/// A connection that ends without an answer is lost, and the message is not sent again.
pub async fn a_lost_connection_is_not_made_again(stage: &dyn Stage) {
    assert_eq!(answer(stage, BackEndReply::HangUp).await, Err(WebhookFault::ConnectionLost));
    assert_eq!(stage.received().len(), 1);
}

/// A back end with a private address is sent nothing, unless its endpoint may have one.
pub async fn a_private_address_is_sent_nothing(stage: &dyn Stage) {
    let url = stage.back_end(BackEndReply::Answer(200, Vec::new())).await;
    let endpoint = WebhookEndpoint { allows_private: false, ..endpoint(url) };
    assert_eq!(relay(stage, &endpoint, MESSAGE, LONG).await, Err(WebhookFault::PrivateAddress));
    assert_eq!(stage.received(), []);
}

/// Runs every case of [`push_relay`](crate::push_relay) on the
/// [`Stage`](crate::push_relay::Stage) that the expression makes.
#[macro_export]
macro_rules! push_relay_suite {
    ($stage:expr) => {
        $crate::async_cases!(push_relay($stage):
            an_answer_is_returned,
            a_message_arrives_whole,
            a_message_is_signed_with_every_secret,
            a_redirect_is_an_answer,
            what_cannot_be_read_is_refused,
            nobody_is_not_connected_to,
            a_late_answer_is_not_waited_for,
            a_lost_connection_is_not_made_again,
            a_private_address_is_sent_nothing,
        );
    };
}
