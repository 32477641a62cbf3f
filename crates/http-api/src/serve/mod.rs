//! The accept loop: HTTP/1.1 over TCP, with limits on what a connection may ask of the server, and
//! an end that loses nothing in flight.

mod patience;

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

use self::patience::{Patient, Progress, UnderWay};
use crate::client_address::Peer;

/// What a connection may ask of the server.
#[derive(Clone, Debug)]
pub struct ConnectionLimits {
    /// How long the headers of a request may take to arrive, and an answer to be taken, before the
    /// connection is closed; up to an eighth more. An idle connection waits for its next request as
    /// long.
    pub header_read_timeout: Duration,
    /// The longest head of a request, in bytes; at least 8192.
    pub max_head_bytes: usize,
    /// How many headers a request may have.
    pub max_headers: usize,
    /// How many connections may be open at once; more wait to be accepted.
    pub max_connections: usize,
    /// How long requests in flight may take to finish once the server stops.
    pub drain: Duration,
}

impl Default for ConnectionLimits {
    /// 30 seconds, 16 KiB, 64 headers, 8192 connections, and 30 seconds to drain.
    fn default() -> Self {
        Self {
            header_read_timeout: Duration::from_secs(30),
            max_head_bytes: 16 * 1024,
            max_headers: 64,
            max_connections: 8192,
            drain: Duration::from_secs(30),
        }
    }
}

/// The smallest buffer hyper reads into.
const LEAST_HEAD_BYTES: usize = 8192;

/// How long the loop rests where the system gives no more sockets.
const REST: Duration = Duration::from_millis(50);

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Every request was answered.
    Finished,
    /// Some request was still in flight when the time to drain was over, and was cut off.
    CutOff,
}

/// Serves `service` on `listener` until `shutdown` ends. Then no connection is accepted any more,
/// idle ones are closed, and requests in flight are finished, as long as `limits.drain` allows.
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
    let places = Arc::new(Semaphore::new(limits.max_connections));
    let http = http_of(&limits);
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut shutdown => break,
        };
        match accepted {
            Ok((stream, peer, place)) => {
                let progress = Progress::default();
                let service =
                    PerConnection { service: service.clone(), peer: Peer(peer), progress: progress.clone() };
                let connection = connections.watch(http.serve_connection(TokioIo::new(stream), service));
                let connection = Patient::new(connection, progress, limits.header_read_timeout);
                tokio::spawn(async move {
                    // A connection that breaks is the client's affair: whoever was answered, was.
                    let _ = connection.await;
                    drop(place);
                });
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection could be accepted");
                sleep(REST).await;
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
    // The time that headers may take is Patient's affair.
    http.header_read_timeout(None)
        .max_buf_size(limits.max_head_bytes.max(LEAST_HEAD_BYTES))
        .max_headers(limits.max_headers)
        .keep_alive(true);
    http
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    // Answers are small and whole: waiting for more to send would only delay them.
    stream.set_nodelay(true)?;
    Ok((stream, peer, place))
}

/// Whether an error of `accept` is about the connection that was to be accepted, not about the
/// listener.
fn is_of_one_connection(error: &io::Error) -> bool {
    let kinds = [
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::ConnectionRefused,
        io::ErrorKind::InvalidInput,
        io::ErrorKind::NotConnected,
    ];
    kinds.contains(&error.kind())
}

/// The service, with the peer put beside every request.
struct PerConnection<S> {
    service: S,
    peer: Peer,
    progress: Progress,
}

impl<S> hyper::service::Service<http::Request<Incoming>> for PerConnection<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Answering<S::Future>;

    fn call(&self, request: http::Request<Incoming>) -> Self::Future {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(self.peer);
        Answering { answer: self.service.clone().call(request), under_way: self.progress.begin() }
    }
}

pin_project! {
    /// An answer in the making.
    struct Answering<F> {
        #[pin]
        answer: F,
        under_way: UnderWay,
    }
}

impl<F: Future> Future for Answering<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().answer.poll(cx)
    }
}
