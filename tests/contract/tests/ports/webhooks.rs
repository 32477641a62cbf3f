use std::{
    future::pending,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use contract::{
    event_sender::Stage as EventStage,
    push_relay::{BackEndReply, Stage, Webhook},
};
use domain::{
    push::PushRelay,
    time::{Clock, Timestamp},
    webhook::{EventSender, WebhookUrl},
};
use support::FixedClock;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream},
    net::{TcpListener, TcpStream},
};
use webhook_adapter::{WebhookClient, WebhookConfig};

/// The adapter, and a back end behind a real connection.
struct BeforeABackEnd {
    client: WebhookClient,
    clock: Arc<FixedClock>,
    received: Mutex<Arc<Received>>,
}

/// What one back end was sent.
type Received = Mutex<Vec<Webhook>>;

impl BeforeABackEnd {
    fn new() -> Self {
        let clock = Arc::new(FixedClock::at(Timestamp::from_millis(1_714_112_500_987)));
        let client = WebhookClient::try_new(&WebhookConfig::default(), clock.clone());
        Self { client: client.expect("TLS is available"), clock, received: Mutex::default() }
    }
}

#[async_trait]
impl Stage for BeforeABackEnd {
    fn push_relay(&self) -> &dyn PushRelay {
        &self.client
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn back_end(&self, reply: BackEndReply) -> WebhookUrl {
        let (listener, url) = listen().await;
        let received = Arc::new(Received::default());
        *self.received.lock().unwrap_or_else(PoisonError::into_inner) = received.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(BufStream::new(stream), reply.clone(), received.clone()));
            }
        });
        url
    }

    async fn nobody(&self) -> WebhookUrl {
        listen().await.1
    }

    fn received(&self) -> Vec<Webhook> {
        let received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn listen() -> (TcpListener, WebhookUrl) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    (listener, format!("http://{address}/wechat").parse().expect("it is an address"))
}

async fn serve(mut stream: BufStream<TcpStream>, reply: BackEndReply, received: Arc<Received>) {
    while let Some(webhook) = read(&mut stream).await {
        received.lock().unwrap_or_else(PoisonError::into_inner).push(webhook);
        match &reply {
            BackEndReply::Answer(status, body) => {
                let length = body.len();
                let head =
                    format!("HTTP/1.1 {status} -\r\nLocation: /wechat\r\nContent-Length: {length}\r\n\r\n");
                // The adapter may close the connection before it has read everything.
                let _ = stream.write_all(&[head.as_bytes(), body].concat()).await;
                let _ = stream.flush().await;
            }
            BackEndReply::Hang => pending().await,
            BackEndReply::HangUp => return,
        }
    }
}

/// Reads a request; `None` where there is none any more.
async fn read(stream: &mut BufStream<TcpStream>) -> Option<Webhook> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let read = stream.read_line(&mut head).await.ok()?;
        (read > 0).then_some(())?;
    }
    let header = |name: &str| {
        let mut headers = head.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    };
    let mut body = vec![0; header("content-length")?.parse().ok()?];
    stream.read_exact(&mut body).await.ok()?;
    Some(Webhook {
        id: header("webhook-id")?,
        timestamp: header("webhook-timestamp")?,
        signature: header("webhook-signature")?,
        body: String::from_utf8(body).ok()?,
    })
}

impl EventStage for BeforeABackEnd {
    fn event_sender(&self) -> &dyn EventSender {
        &self.client
    }
}

contract::push_relay_suite!(BeforeABackEnd::new());
contract::event_sender_suite!(BeforeABackEnd::new());
