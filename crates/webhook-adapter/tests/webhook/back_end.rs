//! A back end that answers every request alike, and a client to it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use domain::{
    push::{PushRelay, RelayedPush},
    time::{Clock, Timestamp},
    webhook::{WebhookEndpoint, WebhookFault, WebhookResponse},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};
use webhook_adapter::{InvalidWebhookConfig, WebhookClient, WebhookConfig};

/// A secret of the endpoint.
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// The id of the push.
pub(crate) const ID: &str = "0192e4a0-0000-7000-8000-000000000001";
/// Its app.
pub(crate) const APP: &str = "wx0123456789abcdef";
/// The message.
pub(crate) const MESSAGE: &str = r#"{"MsgType":"event","Event":"debug_demo"}"#;
/// The time, in seconds since the Unix epoch, and a few milliseconds more.
pub(crate) const NOW: i64 = 1_714_112_500;

/// A time limit that no answer misses, and one that is missed.
pub(crate) const LONG: Duration = Duration::from_mins(1);
pub(crate) const SHORT: Duration = Duration::from_millis(100);

/// A clock that stands at [`NOW`].
struct StoppedClock;

#[async_trait]
impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(NOW * 1000 + 987)
    }

    fn uptime(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, duration: Duration) {
        sleep(duration).await;
    }
}

/// What the back end does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Sends these bytes, a whole answer, and keeps the connection open.
    KeepAlive(Vec<u8>),
    /// Sends these bytes and closes the connection.
    Close(Vec<u8>),
    /// Sends these bytes and then nothing until the back end is released. Then it closes the connection.
    Hang(Vec<u8>),
    /// Resets the connection.
    Reset,
}

impl Reply {
    /// Status 200 with this body.
    pub(crate) fn body(body: impl AsRef<[u8]>) -> Self {
        Self::status(200, body)
    }

    /// This status and body.
    pub(crate) fn status(status: u16, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        Self::KeepAlive(http(&format!("{status} Reason"), &format!("Content-Length: {}", body.len()), body))
    }
}

/// An answer as it is sent.
pub(crate) fn http(status: &str, header: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 {status}\r\n{header}\r\n\r\n").as_bytes(), body].concat()
}

/// A request that has arrived.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) line: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    /// The values of a header.
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        let values = self.headers.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name));
        values.map(|(_, value)| value.as_str()).collect()
    }
}

/// A back end on a port of its own.
pub(crate) struct BackEnd {
    pub(crate) address: SocketAddr,
    state: Arc<State>,
}

struct State {
    reply: Reply,
    requests: Mutex<Vec<Request>>,
    connections: watch::Sender<usize>,
    arrived: watch::Sender<usize>,
    is_released: watch::Sender<bool>,
}

impl BackEnd {
    /// A back end that answers so.
    pub(crate) async fn start(reply: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            reply,
            requests: Mutex::default(),
            connections: watch::Sender::new(0),
            arrived: watch::Sender::new(0),
            is_released: watch::Sender::new(false),
        });
        tokio::spawn(accept(listener, state.clone()));
        Self { address, state }
    }

    /// The requests so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state.requests.lock().unwrap().clone()
    }

    /// The number of connections so far.
    pub(crate) fn connection_count(&self) -> usize {
        *self.state.connections.borrow()
    }

    /// Returns once so many requests have arrived.
    pub(crate) async fn until_arrived(&self, count: usize) {
        let mut arrived = self.state.arrived.subscribe();
        arrived.wait_for(|arrived| *arrived >= count).await.unwrap();
    }

    /// Ends what hangs.
    pub(crate) fn release(&self) {
        self.state.is_released.send_replace(true);
    }

    /// The endpoint with this path.
    pub(crate) fn endpoint(&self, path: &str) -> WebhookEndpoint {
        endpoint(&format!("http://{}{path}", self.address))
    }
}

/// The endpoint with this URL, which may have a private address.
pub(crate) fn endpoint(url: &str) -> WebhookEndpoint {
    let (url, secrets) = (url.parse().unwrap(), vec![SECRET.parse().unwrap()]);
    WebhookEndpoint { url, secrets, allows_private: true }
}

/// A client with this configuration.
pub(crate) fn try_client(config: &WebhookConfig) -> Result<WebhookClient, InvalidWebhookConfig> {
    WebhookClient::try_new(config, Arc::new(StoppedClock))
}

/// The same, where the configuration is valid.
pub(crate) fn client_with(config: &WebhookConfig) -> WebhookClient {
    try_client(config).expect("the configuration is valid")
}

/// A client with the default configuration.
pub(crate) fn client() -> WebhookClient {
    client_with(&WebhookConfig::default())
}

/// Posts a message.
pub(crate) async fn relay_message(
    client: &WebhookClient,
    endpoint: &WebhookEndpoint,
    message: &str,
    limit: Duration,
) -> Result<WebhookResponse, WebhookFault> {
    let push = RelayedPush {
        id: ID.parse().unwrap(),
        app_id: &APP.parse().unwrap(),
        received_at: Timestamp::from_millis(1_714_112_445_006),
        message,
    };
    client.relay(endpoint, &push, limit).await
}

/// Posts [`MESSAGE`], and waits for the answer as long as it takes.
pub(crate) async fn relay(
    client: &WebhookClient,
    endpoint: &WebhookEndpoint,
) -> Result<WebhookResponse, WebhookFault> {
    relay_message(client, endpoint, MESSAGE, LONG).await
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        state.connections.send_modify(|count| *count += 1);
        tokio::spawn(serve(stream, state.clone()));
    }
}

async fn serve(mut stream: TcpStream, state: Arc<State>) {
    while let Some(request) = read_request(&mut stream).await {
        state.requests.lock().unwrap().push(request);
        state.arrived.send_modify(|count| *count += 1);
        // The client may close the connection before it has read everything.
        match &state.reply {
            Reply::KeepAlive(bytes) => drop(stream.write_all(bytes).await),
            Reply::Close(bytes) => return drop(stream.write_all(bytes).await),
            Reply::Hang(bytes) => {
                let _ = stream.write_all(bytes).await;
                let _ = state.is_released.subscribe().wait_for(|is_released| *is_released).await;
                return;
            }
            Reply::Reset => return stream.set_zero_linger().unwrap(),
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<Request> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let (line, headers) = head.trim_end().split_once("\r\n").unwrap();
    let headers = headers.lines().map(|line| line.split_once(": ").unwrap());
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut request = Request { line: line.to_owned(), headers, body: String::new() };
    let mut body = vec![0; request.header("content-length")[0].parse().unwrap()];
    stream.read_exact(&mut body).await.ok()?;
    request.body = String::from_utf8(body).unwrap();
    Some(request)
}
