//! An app's server that receives pushes.

use std::{collections::VecDeque, future::pending, sync::Arc, sync::Mutex};

use aes::{
    Aes256,
    cipher::{Array, BlockModeDecrypt, KeyIvInit},
};
use axum::{
    Router,
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    routing::get,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;
use sha1::{Digest, Sha1};
use tokio::{
    net::TcpListener,
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
};

use super::{AES_KEY, TOKEN};

/// How the server answers a push.
pub(super) enum Answer {
    Body(&'static str),
    Status(StatusCode),
    Response(StatusCode, &'static str),
    /// Never.
    None,
}

/// A push as it arrived.
pub(super) struct Received {
    pub(super) query: Vec<(String, String)>,
    pub(super) content_type: String,
    pub(super) body: String,
}

/// Answers `success`, unless answers are given.
pub(super) struct Receiver {
    pub(super) url: String,
    received: UnboundedReceiver<Received>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
}

#[derive(Clone)]
struct Endpoint {
    received: UnboundedSender<Received>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
}

impl Receiver {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/push", listener.local_addr().unwrap());
        let (sender, received) = mpsc::unbounded_channel();
        let answers = Arc::<Mutex<VecDeque<Answer>>>::default();
        let endpoint = Endpoint { received: sender, answers: answers.clone() };
        let router = Router::new().route("/push", get(verify).post(receive)).with_state(endpoint);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, received, answers }
    }

    /// Sets the answers to the next pushes.
    pub(super) fn will_answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().unwrap().extend(answers);
    }

    /// Waits for the next push.
    pub(super) async fn next(&mut self) -> Received {
        self.received.recv().await.unwrap()
    }

    /// The push that has already arrived.
    pub(super) fn arrived(&mut self) -> Received {
        self.received.try_recv().unwrap()
    }

    pub(super) fn has_none(&self) -> bool {
        self.received.is_empty()
    }
}

impl Received {
    pub(super) fn parameter(&self, name: &str) -> &str {
        parameter(&self.query, name)
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.query.iter().map(|(name, _)| name.as_str()).collect()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The text of an element of an XML body.
    pub(super) fn element(&self, name: &str) -> String {
        let (_, rest) = self.body.split_once(&format!("<{name}><![CDATA[")).unwrap();
        rest.split_once("]]>").unwrap().0.to_owned()
    }

    pub(super) fn has_right_signature(&self) -> bool {
        is_signed(&self.query)
    }

    pub(super) fn has_right_msg_signature(&self, encrypt: &str) -> bool {
        let [timestamp, nonce] = [self.parameter("timestamp"), self.parameter("nonce")];
        self.parameter("msg_signature") == sha1_of(&mut [TOKEN, timestamp, nonce, encrypt])
    }

    /// The signed text, decrypted. `encrypt` is from the body.
    pub(super) fn decrypted(&self, encrypt: &str, app_id: &str) -> String {
        assert!(self.has_right_msg_signature(encrypt));
        decrypt(encrypt, app_id)
    }
}

async fn verify(Query(query): Query<Vec<(String, String)>>) -> String {
    if is_signed(&query) { parameter(&query, "echostr").to_owned() } else { "wrong signature".to_owned() }
}

async fn receive(
    State(endpoint): State<Endpoint>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, &'static str) {
    let content_type = headers[CONTENT_TYPE].to_str().unwrap().to_owned();
    let body = String::from_utf8(body.into()).unwrap();
    // An error means that the test is over.
    let _ = endpoint.received.send(Received { query, content_type, body });
    let answer = endpoint.answers.lock().unwrap().pop_front();
    match answer {
        None => (StatusCode::OK, "success"),
        Some(Answer::Body(body)) => (StatusCode::OK, body),
        Some(Answer::Status(status)) => (status, ""),
        Some(Answer::Response(status, body)) => (status, body),
        Some(Answer::None) => pending().await,
    }
}

fn parameter<'a>(query: &'a [(String, String)], name: &str) -> &'a str {
    &query.iter().find(|(known, _)| known == name).unwrap().1
}

fn is_signed(query: &[(String, String)]) -> bool {
    let [timestamp, nonce] = [parameter(query, "timestamp"), parameter(query, "nonce")];
    parameter(query, "signature") == sha1_of(&mut [TOKEN, timestamp, nonce])
}

fn sha1_of(texts: &mut [&str]) -> String {
    texts.sort_unstable();
    let digest = Sha1::digest(texts.concat());
    digest.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).map(char::from).collect()
}

/// Decrypts like an app's server, which checks the padding, the length and the app id.
fn decrypt(encrypt: &str, app_id: &str) -> String {
    let key: [u8; 32] = BASE64_STANDARD.decode(format!("{AES_KEY}=")).unwrap().try_into().unwrap();
    let iv: [u8; 16] = key[..16].try_into().unwrap();
    let mut data = BASE64_STANDARD.decode(encrypt).unwrap();
    assert_eq!(data.len() % 32, 0);
    let mut cipher = cbc::Decryptor::<Aes256>::new(&key.into(), &iv.into());
    let (blocks, _) = Array::slice_as_chunks_mut(&mut data);
    cipher.decrypt_blocks(blocks);
    let padding = *data.last().unwrap();
    let plain_length = data.len() - usize::from(padding);
    assert!((1..=32).contains(&padding) && data[plain_length..].iter().all(|byte| *byte == padding));
    let length = u32::from_be_bytes(data[16..20].try_into().unwrap());
    let end = 20 + usize::try_from(length).unwrap();
    assert_eq!(&data[end..plain_length], app_id.as_bytes());
    String::from_utf8(data[20..end].to_vec()).unwrap()
}
