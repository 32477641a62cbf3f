//! The accept loop, over real sockets.

use std::{net::SocketAddr, time::Duration};

use http_api::{ConnectionLimits, Drained, HttpPolicy, TrustedProxies, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

use crate::fixture::{APP_ID, Fixture, ScriptedExchange};

/// A server that runs until it is stopped.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Drained>,
}

impl Server {
    async fn start(fixture: &Fixture, limits: ConnectionLimits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let ended = tokio::spawn(serve(listener, fixture.router.clone(), limits, shutdown));
        Self { address, stop, ended }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Connects from this address of the machine.
    async fn connect_from(&self, address: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(address.parse().unwrap(), 0)).unwrap();
        socket.connect(self.address).await.unwrap()
    }

    async fn stop(self) -> Drained {
        self.stop.send(()).unwrap();
        self.ended.await.unwrap()
    }
}

/// Limits with an idle timeout of so many milliseconds.
fn with_idle_timeout(millis: u64) -> ConnectionLimits {
    ConnectionLimits { idle_timeout: Duration::from_millis(millis), ..ConnectionLimits::default() }
}

/// Reads one response, whose body must have a Content-Length.
async fn read_response(stream: &mut TcpStream) -> String {
    let mut response = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&response).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        response.extend(read_some(stream).await);
    }
}

async fn read_some(stream: &mut TcpStream) -> Vec<u8> {
    let mut some = Vec::new();
    assert_ne!(stream.read_buf(&mut some).await.unwrap(), 0, "the connection ended");
    some
}

fn login() -> String {
    let body = format!("{{\"app_id\":\"{APP_ID}\",\"code\":\"alice\"}}");
    let length = body.len();
    format!(
        "POST /v1/login HTTP/1.1\r\nhost: yaoshi\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: yaoshi\r\n\r\n";

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let fixture = Fixture::new();
    let server = Server::start(&fixture, ConnectionLimits::default()).await;
    let mut stream = server.connect().await;
    for _ in 0..3 {
        stream.write_all(login().as_bytes()).await.unwrap();
        assert!(read_response(&mut stream).await.starts_with("HTTP/1.1 200 OK"));
    }
    assert_eq!(server.stop().await, Drained::Finished);
}

#[tokio::test]
async fn the_peer_is_the_client() {
    let fixture = Fixture::new();
    let server = Server::start(&fixture, ConnectionLimits::default()).await;
    let mut stream = server.connect().await;
    stream.write_all(login().as_bytes()).await.unwrap();
    let response = read_response(&mut stream).await;
    let token = response.split("\"token\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let list = fixture.get("/v1/sessions", &token).await;
    assert_eq!(list.body["sessions"][0]["ip"], "127.0.0.1");
    server.stop().await;
}

#[tokio::test]
async fn a_stop_finishes_what_is_in_flight_and_closes_what_is_idle() {
    let fixture = Fixture::with_exchange(ScriptedExchange::hanging());
    let server = Server::start(&fixture, ConnectionLimits::default()).await;
    let (mut idle, mut busy) = (server.connect().await, server.connect().await);
    idle.write_all(HEALTH.as_bytes()).await.unwrap();
    read_response(&mut idle).await;
    busy.write_all(login().as_bytes()).await.unwrap();
    fixture.exchange.arrived.notified().await;
    server.stop.send(()).unwrap();
    assert_eq!(idle.read(&mut [0; 1]).await.unwrap(), 0);
    fixture.exchange.permits.add_permits(1);
    let response = read_response(&mut busy).await;
    assert!(response.starts_with("HTTP/1.1 200 OK"), "{response}");
    assert_eq!(server.ended.await.unwrap(), Drained::Finished);
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn a_stop_waits_no_longer_than_the_drain_time() {
    let fixture = Fixture::with_exchange(ScriptedExchange::hanging());
    let limits = ConnectionLimits { drain: Duration::from_millis(20), ..ConnectionLimits::default() };
    let server = Server::start(&fixture, limits).await;
    let mut busy = server.connect().await;
    busy.write_all(login().as_bytes()).await.unwrap();
    fixture.exchange.arrived.notified().await;
    assert_eq!(server.stop().await, Drained::CutOff);
}

#[tokio::test]
async fn incomplete_headers_end_the_connection() {
    let fixture = Fixture::new();
    let server = Server::start(&fixture, with_idle_timeout(20)).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: ").await.unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    server.stop().await;
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let fixture = Fixture::new();
    let server = Server::start(&fixture, with_idle_timeout(200)).await;
    let mut stream = server.connect().await;
    stream.write_all(HEALTH.as_bytes()).await.unwrap();
    read_response(&mut stream).await;
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
    server.stop().await;
}

#[tokio::test]
async fn the_idle_timeout_does_not_run_while_the_server_works() {
    let fixture = Fixture::with_exchange(ScriptedExchange::hanging());
    let server = Server::start(&fixture, with_idle_timeout(20)).await;
    let mut stream = server.connect().await;
    stream.write_all(login().as_bytes()).await.unwrap();
    fixture.exchange.arrived.notified().await;
    // Many times the timeout, while the server waits for WeChat.
    tokio::time::sleep(Duration::from_millis(200)).await;
    fixture.exchange.permits.add_permits(1);
    assert!(read_response(&mut stream).await.starts_with("HTTP/1.1 200 OK"));
    server.stop().await;
}

#[tokio::test]
async fn a_failed_head_request_leaves_the_connection_usable() {
    let fixture = Fixture::new();
    let server = Server::start(&fixture, ConnectionLimits::default()).await;
    let mut stream = server.connect().await;
    let requests = format!("HEAD /v1/session HTTP/1.1\r\nhost: yaoshi\r\n\r\n{HEALTH}");
    stream.write_all(requests.as_bytes()).await.unwrap();
    let mut responses = String::new();
    while !responses.contains(r#""status":"ok""#) {
        responses.push_str(&String::from_utf8_lossy(&read_some(&mut stream).await));
    }
    let (first, second) = responses.split_once("\r\n\r\n").unwrap();
    assert!(first.starts_with("HTTP/1.1 401"), "{first}");
    assert!(second.starts_with("HTTP/1.1 200 OK"), "{second}");
    server.stop().await;
}

#[tokio::test]
async fn heads_beyond_the_limits_are_refused() {
    let fixture = Fixture::new();
    let server = Server::start(&fixture, ConnectionLimits::default()).await;
    let many = "x-many: 1\r\n".repeat(65);
    let long = format!("x-long: {}\r\n", "x".repeat(20_000));
    for headers in [many, long] {
        let mut stream = server.connect().await;
        let request = format!("GET /healthz HTTP/1.1\r\nhost: yaoshi\r\n{headers}\r\n");
        // The server may refuse before it has read everything.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut response = Vec::new();
        let _ = stream.read_to_end(&mut response).await;
        let response = String::from_utf8_lossy(&response).into_owned();
        assert!(response.starts_with("HTTP/1.1 431"), "{response}");
    }
    server.stop().await;
}

#[tokio::test]
async fn beyond_the_limit_connections_wait() {
    let fixture = Fixture::new();
    let limits = ConnectionLimits { max_connections: 1, ..ConnectionLimits::default() };
    let server = Server::start(&fixture, limits).await;
    let mut first = server.connect().await;
    first.write_all(HEALTH.as_bytes()).await.unwrap();
    read_response(&mut first).await;
    let mut second = server.connect().await;
    second.write_all(HEALTH.as_bytes()).await.unwrap();
    drop(first);
    assert!(read_response(&mut second).await.starts_with("HTTP/1.1 200 OK"));
    server.stop().await;
}

/// Begins a login, and sends one byte of its body when the server asks for it.
async fn begin_login(stream: &mut TcpStream) {
    let head = "POST /v1/login HTTP/1.1\r\nhost: yaoshi\r\ncontent-type: application/json\r\n\
                expect: 100-continue\r\ncontent-length: 100\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = read_some(stream).await;
    assert!(answer.starts_with(b"HTTP/1.1 100 "), "{}", String::from_utf8_lossy(&answer));
    stream.write_all(b"{").await.unwrap();
}

#[tokio::test]
async fn unfinished_bodies_keep_no_request_from_being_answered() {
    let fixture = Fixture::with_policy(HttpPolicy { max_in_flight: 1, ..HttpPolicy::default() });
    let server = Server::start(&fixture, ConnectionLimits::default()).await;
    let mut unfinished = Vec::new();
    for _ in 0..50 {
        let mut stream = server.connect_from("127.0.0.2").await;
        begin_login(&mut stream).await;
        unfinished.push(stream);
    }
    let mut honest = server.connect().await;
    for request in [HEALTH.to_owned(), login(), HEALTH.replace("healthz", "readyz")] {
        honest.write_all(request.as_bytes()).await.unwrap();
        let response = read_response(&mut honest).await;
        assert!(response.starts_with("HTTP/1.1 200 OK"), "{response}");
    }
    drop(unfinished);
    server.stop().await;
}

/// Whether the server closes the connection without an answer.
async fn is_closed(stream: &mut TcpStream) -> bool {
    // The server may have closed it before.
    let _ = stream.write_all(HEALTH.as_bytes()).await;
    matches!(stream.read(&mut [0; 1]).await, Ok(0) | Err(_))
}

/// At most so many connections of an address.
fn with_connections_per_address(count: usize) -> ConnectionLimits {
    ConnectionLimits { max_connections_per_address: count, ..ConnectionLimits::default() }
}

#[tokio::test]
async fn an_address_with_too_many_connections_keeps_no_other_out() {
    let fixture = Fixture::new();
    let server = Server::start(&fixture, with_connections_per_address(2)).await;
    let _silent = [server.connect_from("127.0.0.2").await, server.connect_from("127.0.0.2").await];
    for _ in 0..50 {
        assert!(is_closed(&mut server.connect_from("127.0.0.2").await).await);
    }
    let mut honest = server.connect().await;
    honest.write_all(HEALTH.as_bytes()).await.unwrap();
    assert!(read_response(&mut honest).await.starts_with("HTTP/1.1 200 OK"));
    server.stop().await;
}

#[tokio::test]
async fn a_trusted_proxy_has_as_many_connections_as_it_needs() {
    let fixture = Fixture::new();
    let trusted_proxies = TrustedProxies::new(vec!["127.0.0.2".parse().unwrap()]);
    let limits = ConnectionLimits { trusted_proxies, ..with_connections_per_address(1) };
    let server = Server::start(&fixture, limits).await;
    let mut open = Vec::new();
    for _ in 0..10 {
        let mut stream = server.connect_from("127.0.0.2").await;
        stream.write_all(HEALTH.as_bytes()).await.unwrap();
        assert!(read_response(&mut stream).await.starts_with("HTTP/1.1 200 OK"));
        open.push(stream);
    }
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn while_others_wait_an_idle_connection_is_closed_sooner() {
    let fixture = Fixture::new();
    let limits = ConnectionLimits { max_connections: 1, ..with_idle_timeout(80_000) };
    let server = Server::start(&fixture, limits).await;
    let mut silent = server.connect().await;
    let mut waiting = server.connect().await;
    waiting.write_all(HEALTH.as_bytes()).await.unwrap();
    let response = timeout(Duration::from_secs(21), read_response(&mut waiting)).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 200 OK"), "{response}");
    assert!(is_closed(&mut silent).await);
    server.stop().await;
}
