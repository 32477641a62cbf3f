//! A closed-loop HTTP client: a fixed number of connections, each with one request in flight.
//!
//! It implements just enough HTTP/1.1 for answers with a length, so that on a machine with few cores it takes little
//! time from the server it measures.

use std::{
    cell::{Cell, RefCell},
    io,
    net::SocketAddr,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::LocalSet,
};

/// An answer: its status, and the head and the body inside the connection's buffer.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) head: &'a [u8],
    pub(crate) body: &'a [u8],
}

impl Answer<'_> {
    /// Refuses every other status than 200.
    pub(crate) fn succeeded(&self) -> Result<(), String> {
        if self.status == 200 {
            return Ok(());
        }
        Err(format!("{}: {}", self.status, String::from_utf8_lossy(self.body)))
    }
}

/// Bytes that all connections have sent so far, without what TCP adds.
static SENT: AtomicUsize = AtomicUsize::new(0);

/// Bytes that all connections have received so far.
static RECEIVED: AtomicUsize = AtomicUsize::new(0);

/// How many bytes all connections have sent and received so far.
pub(crate) fn traffic() -> (usize, usize) {
    (SENT.load(Ordering::Relaxed), RECEIVED.load(Ordering::Relaxed))
}

/// One kept-alive connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        Self::over(TcpStream::connect(address).await?)
    }

    fn over(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096) })
    }

    /// Sends a request and waits for its answer.
    pub(crate) async fn call(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let (head, length) = loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(head) = find(&self.buffer, b"\r\n\r\n") {
                break (head + 4, content_length(&self.buffer[..head])?);
            }
        };
        while self.buffer.len() < head + length {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        SENT.fetch_add(request.len(), Ordering::Relaxed);
        RECEIVED.fetch_add(self.buffer.len(), Ordering::Relaxed);
        let status = std::str::from_utf8(&self.buffer[9..12]).ok().and_then(|text| text.parse().ok());
        let status = status.ok_or(io::ErrorKind::InvalidData)?;
        let (head, body) = self.buffer[..head + length].split_at(head);
        Ok(Answer { status, head, body })
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn content_length(head: &[u8]) -> io::Result<usize> {
    let head = std::str::from_utf8(head).map_err(|_| io::ErrorKind::InvalidData)?;
    let mut lengths = head.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    // No length and no chunks: an answer without a body.
    Ok(lengths.next_back().unwrap_or(0))
}

/// A GET with a bearer token.
pub(crate) fn get(path: &str, token: &str) -> Vec<u8> {
    get_with(path, &[("authorization", &format!("Bearer {token}"))])
}

/// A GET with these headers.
pub(crate) fn get_with(path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{}\r\n", lines(headers)).into_bytes()
}

/// A DELETE with a bearer token.
pub(crate) fn delete(path: &str, token: &str) -> Vec<u8> {
    format!("DELETE {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n").into_bytes()
}

fn lines(headers: &[(&str, &str)]) -> String {
    let lines: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    lines.concat()
}

/// A POST of JSON with a bearer token.
pub(crate) fn post(path: &str, token: Option<&str>, body: &str) -> Vec<u8> {
    post_as(path, token.map(|token| format!("Bearer {token}")).as_deref(), body)
}

/// A POST of JSON with this `Authorization`.
pub(crate) fn post_as(path: &str, authorization: Option<&str>, body: &str) -> Vec<u8> {
    let headers: Vec<_> = authorization.map(|value| ("authorization", value)).into_iter().collect();
    post_with(path, &headers, body)
}

/// A POST of a form with this `Authorization`.
pub(crate) fn post_form(path: &str, authorization: &str, form: &str) -> Vec<u8> {
    post_of("application/x-www-form-urlencoded", path, &[("authorization", authorization)], form)
}

/// A POST of JSON with these headers.
pub(crate) fn post_with(path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    post_of("application/json", path, headers, body)
}

fn post_of(content_type: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let (headers, length) = (lines(headers), body.len());
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {content_type}\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// What each connection repeats.
pub(crate) trait Script: Send + Sync + 'static {
    /// One turn on `connection`; `turn` counts up across all connections.
    fn play(&self, connection: &mut Connection, turn: usize) -> impl Future<Output = Result<(), String>>;
}

/// When a run ends.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    /// After this time.
    Elapsed(Duration),
    /// After this number of turns.
    Turns(usize),
}

/// Plays `script` on `connections` connections and returns the number of turns per second.
pub(crate) fn run<S: Script>(
    address: SocketAddr,
    connections: usize,
    first_turn: usize,
    until: Until,
    script: Arc<S>,
) -> Result<f64, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let turns = Rc::new(Cell::new(first_turn));
    LocalSet::new().block_on(&runtime, async move {
        let mut opened = Vec::new();
        for _ in 0..connections {
            opened.push(Connection::open(address).await.map_err(|error| error.to_string())?);
        }
        let begun = now();
        let tasks: Vec<_> = opened
            .into_iter()
            .map(|mut connection| {
                let (turns, script) = (turns.clone(), script.clone());
                tokio::task::spawn_local(async move {
                    loop {
                        let turn = turns.get();
                        let is_over = match until {
                            Until::Elapsed(duration) => begun.elapsed() >= duration,
                            Until::Turns(count) => turn - first_turn >= count,
                        };
                        if is_over {
                            return Ok::<_, String>(());
                        }
                        turns.set(turn + 1);
                        script.play(&mut connection, turn).await?;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.map_err(|error| error.to_string())??;
        }
        #[expect(clippy::cast_precision_loss, reason = "a count of turns is far below 2^52")]
        let played = (turns.get() - first_turn) as f64;
        Ok(played / begun.elapsed().as_secs_f64())
    })
}

/// What became of the turns that were offered to a server.
pub(crate) struct Offered {
    /// Turns that succeeded, per second.
    pub(crate) goodput: f64,
    /// Turns that were offered, per second.
    pub(crate) offered: f64,
}

/// Offers `rate` turns per second, however many are answered, on up to `connections` connections. A turn for which no
/// connection is free is offered, and lost.
pub(crate) fn offer<S: Script>(
    address: SocketAddr,
    connections: usize,
    rate: f64,
    duration: Duration,
    script: Arc<S>,
) -> Result<Offered, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    LocalSet::new().block_on(&runtime, async move {
        let idle = Rc::new(RefCell::new(Vec::new()));
        for _ in 0..connections {
            let connection = Connection::open(address).await.map_err(|error| error.to_string())?;
            idle.borrow_mut().push(connection);
        }
        let succeeded = Rc::new(Cell::new(0_u32));
        let (begun, mut offered, mut turns) = (now(), 0_u32, 0..);
        while begun.elapsed() < duration {
            while f64::from(offered) < rate * begun.elapsed().as_secs_f64() {
                offered += 1;
                let Some(mut connection) = idle.borrow_mut().pop() else { continue };
                let Some(turn) = turns.next() else { continue };
                let (idle, succeeded, script) = (idle.clone(), succeeded.clone(), script.clone());
                tokio::task::spawn_local(async move {
                    if script.play(&mut connection, turn).await.is_ok() {
                        succeeded.set(succeeded.get() + 1);
                    }
                    idle.borrow_mut().push(connection);
                });
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let seconds = begun.elapsed().as_secs_f64();
        Ok(Offered { goodput: f64::from(succeeded.get()) / seconds, offered: f64::from(offered) / seconds })
    })
}

/// The current time, for measuring.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
