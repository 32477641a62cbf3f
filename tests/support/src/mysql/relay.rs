use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::JoinHandle,
};

/// A port that passes connections on to a server, wherever that is at the moment, and can lose
/// them.
#[derive(Debug)]
pub struct Relay {
    port: u16,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    server: Mutex<(String, u16)>,
    loses_answers: AtomicBool,
}

impl Relay {
    /// A relay to the server at `host` and `port`.
    pub async fn to(host: impl Into<String>, port: u16) -> io::Result<Self> {
        let server = Mutex::new((host.into(), port));
        let state = Arc::new(State { server, loses_answers: AtomicBool::new(false) });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let accepting = tokio::spawn(accept(listener, Arc::clone(&state)));
        Ok(Self { port, state, accepting })
    }

    /// Its port on this machine.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Passes new connections on to another server.
    pub fn turn_to(&self, host: impl Into<String>, port: u16) {
        *self.state.server.lock().unwrap_or_else(PoisonError::into_inner) = (host.into(), port);
    }

    /// From now on, or no longer: whatever the server answers is lost, and its connection with it.
    /// What the client sent has arrived, and the server did all of it. Answers must be unencrypted.
    pub fn lose_answers(&self, loses: bool) {
        self.state.loses_answers.store(loses, Ordering::SeqCst);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    while let Ok((client, _)) = listener.accept().await {
        // A connection that breaks is the business of those at its ends.
        tokio::spawn(pass(client, Arc::clone(&state)));
    }
}

async fn pass(client: TcpStream, state: Arc<State>) -> io::Result<()> {
    let (host, port) = state.server.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let server = TcpStream::connect((host, port)).await?;
    server.set_nodelay(true)?;
    client.set_nodelay(true)?;
    let (mut from_client, to_client) = client.into_split();
    let (from_server, mut to_server) = server.into_split();
    tokio::select! {
        done = copy(&mut from_client, &mut to_server) => done.map(drop),
        done = pass_answers(from_server, to_client, &state.loses_answers) => done,
    }
}

async fn pass_answers(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, lost: &AtomicBool) -> io::Result<()> {
    let mut buffer = vec![0; 16 * 1024];
    let mut swallowed = Vec::new();
    loop {
        let length = from.read(&mut buffer).await?;
        let answer = &buffer[..length];
        if length == 0 {
            return Ok(());
        }
        if !lost.load(Ordering::SeqCst) {
            to.write_all(answer).await?;
            continue;
        }
        // A server that cannot answer one statement does not come to the next: it is heard out.
        swallowed.extend_from_slice(answer);
        if is_whole(&swallowed) {
            return Ok(());
        }
    }
}

/// Whether the server has answered all the statements of a message, or one with rows.
fn is_whole(mut answer: &[u8]) -> bool {
    while let [low, middle, high, _number, rest @ ..] = answer {
        let length = u32::from_le_bytes([*low, *middle, *high, 0]) as usize;
        let Some((packet, later)) = rest.split_at_checked(length) else { return false };
        if !is_followed(packet) {
            return true;
        }
        answer = later;
    }
    false
}

/// Whether a packet says that a statement is done and the answer to another one comes
/// (`OK_Packet` and `SERVER_MORE_RESULTS_EXISTS`, MySQL's client/server protocol). The numbers of
/// rows are those of tests: a byte each.
const fn is_followed(packet: &[u8]) -> bool {
    const MORE_RESULTS: u8 = 0x08;
    matches!(packet, [0, _rows, _id, status, ..] if *status & MORE_RESULTS != 0)
}
