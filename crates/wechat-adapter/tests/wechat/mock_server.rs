//! A mock of WeChat's API that gives a fixed sequence of replies.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use domain::{
    access_token::CountForcedRefreshes,
    app::AppId,
    login::{CodeExchange, ExchangeError, Exchanged, LoginCode},
    time::Timestamp,
    wechat::CallError,
};
use serde_json::Value;
use support::{FixedClock, MemoryStore};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::sleep,
};
use url::Url;
use wechat_adapter::{BaseUrl, InvalidWeChatConfig, Transport, WeChat, WeChatConfig, WeChatPorts};

/// The configured app.
pub(crate) const APP: &str = "wx0123456789abcdef";
/// Its secret, with characters that must be escaped in a query.
pub(crate) const SECRET: &str = "top+secret&=%#0123456789";
/// A code, with characters that must be escaped in a query.
pub(crate) const CODE: &str = "code+of&wx.login=%#/?";
/// A successful reply as WeChat sends it today.
pub(crate) const SUCCESS: &str =
    r#"{"session_key":"AAECAwQFBgcICQoLDA0O\/w==","openid":"oABCDEFGHIJKLMNOPQRSTUVWXYZ_"}"#;

/// What a limit per minute becomes on the tests' clock: half of the minute is over.
pub(crate) const RATE_LIMITED: ExchangeError =
    ExchangeError::Call(CallError::RateLimited { retry_after: Duration::from_secs(30) });

/// How the server replies to a request.
#[derive(Clone, Debug)]
pub(crate) enum MockReply {
    /// Sends these bytes, a complete HTTP response, and keeps the connection open.
    KeepAlive(Vec<u8>),
    /// Sends these bytes and closes the connection.
    Close(Vec<u8>),
    /// Sends these bytes one by one, with a pause before each, and closes the connection.
    Slow(Vec<u8>, Duration),
    /// Resets the connection.
    Reset,
    /// Sends nothing.
    Hang,
}

impl MockReply {
    /// Status 200 with this body, as code2Session sends it.
    pub(crate) fn body(body: &str) -> Self {
        Self::status(200, "text/plain", body)
    }

    /// Status 200 with this errcode.
    pub(crate) fn errcode(errcode: i64) -> Self {
        Self::body(&format!(
            r#"{{"errcode":{errcode},"errmsg":"some message, rid: 6af00000-00000000-00000000"}}"#
        ))
    }

    /// Any status, content type and body.
    pub(crate) fn status(status: u16, content_type: &str, body: &str) -> Self {
        let length = body.len();
        let response = format!(
            "HTTP/1.1 {status} Reason\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        Self::KeepAlive(response.into_bytes())
    }
}

/// A server on a port of its own.
pub(crate) struct MockServer {
    base_url: BaseUrl,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    replies: Mutex<VecDeque<MockReply>>,
    requests: Mutex<Vec<Url>>,
    bodies: Mutex<Vec<Value>>,
    connections: Mutex<usize>,
}

impl State {
    fn requests(&self) -> MutexGuard<'_, Vec<Url>> {
        self.requests.lock().unwrap()
    }
}

impl MockServer {
    /// Starts a server that replies to each request with the next of `replies`.
    pub(crate) async fn start(replies: impl IntoIterator<Item = MockReply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let base_url = listener.local_addr().expect("it is bound").into();
        let state =
            Arc::new(State { replies: Mutex::new(replies.into_iter().collect()), ..State::default() });
        tokio::spawn(accept(listener, state.clone()));
        Self { base_url, state }
    }

    /// Appends replies.
    pub(crate) fn add(&self, replies: impl IntoIterator<Item = MockReply>) {
        self.state.replies.lock().unwrap().extend(replies);
    }

    /// A configuration for this server, with [`APP`] and its secret.
    pub(crate) fn config(&self) -> WeChatConfig {
        let apps = vec![(APP.parse().unwrap(), SECRET.parse().unwrap())];
        WeChatConfig { base_url: self.base_url.clone(), ..WeChatConfig::new(apps) }
    }

    /// An adapter that calls this server.
    pub(crate) fn wechat(&self) -> WeChat {
        gateway(self.config())
    }

    /// The queries of the requests so far, in order.
    pub(crate) fn queries(&self) -> Vec<HashMap<String, String>> {
        self.state.requests().iter().map(|url| url.query_pairs().into_owned().collect()).collect()
    }

    /// The paths of the requests so far, in order.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.state.requests().iter().map(|url| url.path().to_owned()).collect()
    }

    /// The JSON bodies of the requests so far, in order; null where there was none.
    pub(crate) fn bodies(&self) -> Vec<Value> {
        self.state.bodies.lock().unwrap().clone()
    }

    /// The number of requests so far.
    pub(crate) fn request_count(&self) -> usize {
        self.state.requests().len()
    }

    /// The number of connections so far.
    pub(crate) fn connection_count(&self) -> usize {
        *self.state.connections.lock().unwrap()
    }
}

/// An adapter with this configuration.
pub(crate) fn gateway(config: WeChatConfig) -> WeChat {
    try_gateway(config).expect("the configuration is valid")
}

/// The same, where the configuration may be invalid.
pub(crate) fn try_gateway(config: WeChatConfig) -> Result<WeChat, InvalidWeChatConfig> {
    let transport = Transport::try_new(&config)?;
    let clock = Arc::new(FixedClock::at(Timestamp::from_millis(1_795_838_430_000)));
    let budget = Arc::new(CountForcedRefreshes::new(Arc::new(MemoryStore::default()), clock.clone()));
    WeChat::try_new(config, transport, WeChatPorts { clock, budget: Some(budget), tally: None })
}

/// Exchanges [`CODE`] of [`APP`].
pub(crate) async fn exchange(wechat: &WeChat) -> Result<Exchanged, ExchangeError> {
    let app: AppId = APP.parse().unwrap();
    let code: LoginCode = CODE.parse().unwrap();
    wechat.exchange(&app, &code).await.map_err(|refused| refused.error)
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        *state.connections.lock().unwrap() += 1;
        tokio::spawn(serve(stream, state.clone()));
    }
}

async fn serve(mut stream: TcpStream, state: Arc<State>) {
    while let Some((target, body)) = read_request(&mut stream).await {
        let url = Url::parse("http://wechat").unwrap().join(&target).unwrap();
        state.bodies.lock().unwrap().push(body);
        state.requests().push(url);
        let reply = state.replies.lock().unwrap().pop_front();
        let reply = reply.unwrap_or_else(|| MockReply::status(599, "text/plain", "no replies left"));
        if !send(&mut stream, reply).await {
            return;
        }
    }
}

/// Reads the next request: its target and its JSON body.
async fn read_request(stream: &mut TcpStream) -> Option<(String, Value)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let mut words = head.split(' ');
    let (method, target) = (words.next()?, words.next()?.to_owned());
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().unwrap())
    });
    assert_eq!(method, if length.is_some() { "POST" } else { "GET" });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some((target, serde_json::from_slice(&body).unwrap_or_default()))
}

/// Sends the reply. Returns whether the connection stays open.
async fn send(stream: &mut TcpStream, reply: MockReply) -> bool {
    match reply {
        MockReply::KeepAlive(bytes) => stream.write_all(&bytes).await.is_ok(),
        MockReply::Close(bytes) => {
            // The client may close the connection before it has read everything.
            let _ = stream.write_all(&bytes).await;
            false
        }
        MockReply::Slow(bytes, pause) => {
            for byte in bytes {
                sleep(pause).await;
                if stream.write_all(&[byte]).await.is_err() {
                    break;
                }
            }
            false
        }
        MockReply::Reset => {
            stream.set_zero_linger().expect("the socket is open");
            false
        }
        MockReply::Hang => {
            let _ = stream.read_u8().await;
            false
        }
    }
}
