//! A server on this machine that answers what a target tells it to.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What answers a request with this path: a status and a body.
type Script = Box<dyn Fn(&str) -> (u16, Vec<u8>) + Send>;

/// A server of HTTP whose connections stay open, so that each input costs two messages and no handshake.
#[derive(Clone)]
pub struct Answering {
    script: Arc<Mutex<Script>>,
    address: SocketAddr,
}

impl Answering {
    /// Listens on a port of its own. Has to be called in a runtime, which it serves on.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let script: Script = Box::new(|_| (404, Vec::new()));
        let answering = Self { script: Arc::new(Mutex::new(script)), address };
        let server = answering.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(server.clone().serve(stream));
            }
        });
        answering
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers like this from now on.
    pub fn answer(&self, script: impl Fn(&str) -> (u16, Vec<u8>) + Send + 'static) {
        *self.script.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(script);
    }

    async fn serve(self, stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        let mut stream = BufReader::new(stream);
        while let Some(path) = read_request(&mut stream).await {
            let (status, body) = self.script.lock().unwrap_or_else(PoisonError::into_inner)(&path);
            let head = format!("HTTP/1.1 {status} Reason\r\ncontent-length: {}\r\n\r\n", body.len());
            if stream.write_all(&[head.as_bytes(), &body].concat()).await.is_err() {
                return;
            }
        }
    }
}

/// Reads a request to its end, and returns its path.
async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut first = String::new();
    stream.read_line(&mut first).await.ok().filter(|bytes| *bytes > 0)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|bytes| *bytes > 0)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(bytes) = line.strip_prefix("content-length:") {
            length = bytes.trim().parse().ok()?;
        }
    }
    stream.read_exact(&mut vec![0; length]).await.ok()?;
    let target = first.split(' ').nth(1)?;
    Some(target.split('?').next()?.to_owned())
}
