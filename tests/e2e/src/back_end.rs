use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// What a back end of the team does with requests.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It answers with this status and body.
    Says(u16, &'static str),
    /// It never answers.
    Hangs,
}

/// A request that a back end was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The headers, by their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

impl Sent {
    /// The message of WeChat's in it.
    pub fn message(&self) -> Value {
        let body: Value = serde_json::from_str(&self.body).expect("it is JSON");
        body["data"]["message"].clone()
    }
}

/// A back end of the team, which listens until it is dropped.
#[derive(Debug)]
pub struct BackEnd {
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    answer: Mutex<Answer>,
    sent: watch::Sender<Vec<Sent>>,
}

impl BackEnd {
    /// A back end on a port of its own.
    pub async fn start(answer: Answer) -> Self {
        Self::listen(TcpListener::bind("127.0.0.1:0").await.expect("a port is free"), answer)
    }

    fn listen(listener: TcpListener, answer: Answer) -> Self {
        let address = listener.local_addr().expect("it is bound");
        let state = Arc::new(State { answer: Mutex::new(answer), sent: watch::Sender::default() });
        let task = tokio::spawn({
            let state = Arc::clone(&state);
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let state = Arc::clone(&state);
                    tokio::spawn(async move { state.serve(stream).await });
                }
            }
        });
        Self { address, state, task }
    }

    /// Where pushes are to be sent.
    pub fn url(&self) -> String {
        format!("http://{}/wechat", self.address)
    }

    /// Answers like that from now on.
    pub fn answers(&self, answer: Answer) {
        *self.state.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    /// What it was sent so far.
    pub fn sent(&self) -> Vec<Sent> {
        self.state.sent.borrow().clone()
    }

    /// Waits until it was sent so many requests.
    pub async fn wait_for(&self, requests: usize) {
        let mut sent = self.state.sent.subscribe();
        sent.wait_for(|sent| sent.len() >= requests).await.expect("it listens");
    }
}

impl Drop for BackEnd {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl State {
    async fn serve(&self, mut stream: TcpStream) {
        let Some(sent) = receive(&mut stream).await else { return };
        self.sent.send_modify(|all| all.push(sent));
        let answer = self.answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match answer {
            Answer::Says(status, body) => {
                let length = body.len();
                let head =
                    format!("HTTP/1.1 {status} -\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
                // The server may be gone.
                let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            }
            Answer::Hangs => std::future::pending().await,
        }
    }
}

/// A whole request, or `None` where the connection ends before.
async fn receive(stream: &mut TcpStream) -> Option<Sent> {
    let mut bytes = Vec::new();
    loop {
        if let Some(sent) = parse(&bytes) {
            return Some(sent);
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

fn parse(bytes: &[u8]) -> Option<Sent> {
    let text = str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let headers: BTreeMap<_, _> =
        headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    let length: usize = headers.get("content-length")?.parse().ok()?;
    (body.len() == length).then(|| Sent { headers, body: body.to_owned() })
}
