//! The accept loop: HTTP/1.1 over TCP, with limits on every connection and a graceful shutdown.

mod connections;
mod idle_timeout;

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{body::Body, extract::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{rt::TokioIo, server::graceful::GracefulShutdown};
use pin_project_lite::pin_project;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tower::Service;

use self::{
    connections::OpenConnections,
    idle_timeout::{Activity, IdleTimeout, Pressure, RequestInFlight},
};
use crate::client_address::{Peer, TrustedProxies};

/// The limits of the listener and of each of its connections.
#[derive(Clone, Debug)]
pub struct ConnectionLimits {
    /// The idle timeout of a connection: it is closed once its client has neither completed the headers
    /// of a request nor read a response for this long, or up to an eighth longer.
    pub idle_timeout: Duration,
    /// The longest head of a request (request line and headers), in bytes. Values below 8192 count as
    /// 8192.
    pub max_head_bytes: usize,
    /// How many headers a request may have.
    pub max_headers: usize,
    /// How many connections may be open at once. Further ones wait to be accepted; meanwhile an eighth of
    /// the idle timeout, or up to another eighth more, is enough to be closed as idle.
    pub max_connections: usize,
    /// How many connections one address may have open, or one /64 network of IPv6 addresses. Further ones
    /// are closed at once.
    pub max_connections_per_address: usize,
    /// The proxies whose connections are not counted by address: they are those of all their clients.
    pub trusted_proxies: TrustedProxies,
    /// How long requests in flight may take to finish after the shutdown begins.
    pub drain: Duration,
}

impl Default for ConnectionLimits {
    /// 30 seconds, 16 KiB, 64 headers, 8192 connections, 512 of them from one address, no proxies, and 30
    /// seconds to drain.
    fn default() -> Self {
        Self {
            idle_timeout: Duration::from_secs(30),
            max_head_bytes: 16 * 1024,
            max_headers: 64,
            max_connections: 8192,
            max_connections_per_address: 512,
            trusted_proxies: TrustedProxies::default(),
            drain: Duration::from_secs(30),
        }
    }
}

/// The smallest read buffer that hyper accepts, in bytes.
const MIN_HEAD_BYTES: usize = 8192;

/// How long the loop waits after the system failed to accept a connection, for lack of sockets say.
const ACCEPT_BACK_OFF: Duration = Duration::from_millis(50);

/// How a graceful shutdown ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Every request in flight was answered.
    Finished,
    /// The drain time ran out, and requests still in flight were cut off.
    CutOff,
}

/// Describes the metrics of this module to the recorder.
pub(crate) fn describe() {
    connections::describe();
}

/// Serves `service` on `listener` until `shutdown` completes. Then it accepts no more connections, closes
/// idle ones and waits up to `limits.drain` for requests in flight.
///
/// Every request carries its [`Peer`] as an extension.
pub async fn serve<S>(
    listener: TcpListener,
    service: S,
    limits: ConnectionLimits,
    shutdown: impl Future<Output = ()>,
) -> Drained
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
{
    let connections = GracefulShutdown::new();
    let permits = Arc::new(Semaphore::new(limits.max_connections));
    let open = OpenConnections::new(limits.max_connections_per_address, limits.trusted_proxies.clone());
    let http = http_of(&limits);
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &permits) => accepted,
            () = &mut shutdown => break,
        };
        match accepted {
            Ok((stream, peer, permit)) => {
                let Some(counted) = open.open(peer.ip()) else {
                    refuse(&stream);
                    continue;
                };
                let activity = Activity::default();
                let service = ConnectionService {
                    service: service.clone(),
                    peer: Peer(peer),
                    activity: activity.clone(),
                };
                let connection = connections.watch(http.serve_connection(TokioIo::new(stream), service));
                let pressure = Pressure(Arc::clone(&permits));
                let connection = IdleTimeout::new(connection, activity, limits.idle_timeout, pressure);
                tokio::spawn(async move {
                    // A broken connection is no failure of the server, and nothing is left to do for it.
                    let _ = connection.await;
                    drop((counted, permit));
                });
            }
            Err(error) if concerns_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept connections");
                sleep(ACCEPT_BACK_OFF).await;
            }
        }
    }
    drop(listener);
    match timeout(limits.drain, connections.shutdown()).await {
        Ok(()) => Drained::Finished,
        Err(_) => Drained::CutOff,
    }
}

fn http_of(limits: &ConnectionLimits) -> http1::Builder {
    let mut http = http1::Builder::new();
    // IdleTimeout covers the headers, too.
    http.header_read_timeout(None)
        .max_buf_size(limits.max_head_bytes.max(MIN_HEAD_BYTES))
        .max_headers(limits.max_headers)
        .keep_alive(true);
    http
}

async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = Arc::clone(permits).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    // Responses are written whole, so that Nagle's algorithm would only delay them.
    stream.set_nodelay(true)?;
    Ok((stream, peer, permit))
}

/// Closes a connection at once, so that nothing of it is left: a client that opens thousands must not fill
/// the system's table of connections that wait for their end.
fn refuse(stream: &TcpStream) {
    // If this fails, the connection is closed in the usual way.
    let _ = stream.set_zero_linger();
}

/// Whether an error of `accept` concerns the one connection, not the listener.
fn concerns_one_connection(error: &io::Error) -> bool {
    let kinds = [
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::ConnectionRefused,
        io::ErrorKind::InvalidInput,
        io::ErrorKind::NotConnected,
    ];
    kinds.contains(&error.kind())
}

/// The service of one connection: adds the peer to every request and notes the activity.
struct ConnectionService<S> {
    service: S,
    peer: Peer,
    activity: Activity,
}

impl<S> hyper::service::Service<http::Request<Incoming>> for ConnectionService<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture<S::Future>;

    fn call(&self, request: http::Request<Incoming>) -> Self::Future {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(self.peer);
        ResponseFuture {
            response: self.service.clone().call(request),
            in_flight: self.activity.begin_request(),
        }
    }
}

pin_project! {
    /// The response of the inner service; the request is in flight as long as this lives.
    struct ResponseFuture<F> {
        #[pin]
        response: F,
        in_flight: RequestInFlight,
    }
}

impl<F: Future> Future for ResponseFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().response.poll(cx)
    }
}
