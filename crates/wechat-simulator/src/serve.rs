//! Serves over TCP with connections that can be reset.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    extract::{ConnectInfo, Request, connect_info::Connected},
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::sleep,
};

use crate::Simulator;

/// How long a shutdown waits for calls in progress. Some faults make calls hang for longer.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(1);

impl Simulator {
    /// Serves [`Simulator::router`] until `shutdown` completes and calls in progress finish, which may take
    /// at most a second. Fails if the listener fails.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        Self::serve_router(self.router(), listener, shutdown).await
    }

    /// Like [`Simulator::serve`], with a router of the caller's that contains [`Simulator::router`].
    pub async fn serve_router(
        router: Router,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let service = router.into_make_service_with_connect_info::<Peer>();
        let (shutdown_sender, shutdown_receiver) = oneshot::channel();
        let server = axum::serve(ResettableListener(listener), service).with_graceful_shutdown(async move {
            shutdown.await;
            let _ = shutdown_sender.send(());
        });
        let grace_elapsed = async {
            if shutdown_receiver.await.is_err() {
                std::future::pending::<()>().await;
            }
            sleep(SHUTDOWN_GRACE).await;
        };
        tokio::select! {
            result = server => result,
            () = grace_elapsed => Ok(()),
        }
    }
}

/// The client of a connection, which can be reset through it.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    address: SocketAddr,
    must_reset: Arc<AtomicBool>,
}

impl Peer {
    /// The peer, if the request came through [`Simulator::serve`].
    pub(crate) fn of(request: &Request) -> Option<&Self> {
        request.extensions().get::<ConnectInfo<Self>>().map(|info| &info.0)
    }

    pub(crate) fn ip(&self) -> IpAddr {
        self.address.ip()
    }

    /// Resets the connection at the next write.
    pub(crate) fn reset_connection(&self) {
        self.must_reset.store(true, Ordering::Release);
    }
}

impl Connected<IncomingStream<'_, ResettableListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, ResettableListener>) -> Self {
        Self { address: *stream.remote_addr(), must_reset: stream.io().must_reset.clone() }
    }
}

/// A listener that accepts [`ResettableStream`]s.
struct ResettableListener(TcpListener);

impl Listener for ResettableListener {
    type Io = ResettableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (ResettableStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Without it, small replies wait for an acknowledgement. A failure only makes them slow.
        let _ = stream.set_nodelay(true);
        (ResettableStream { stream, must_reset: Arc::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A TCP connection that its [`Peer`] can reset.
struct ResettableStream {
    stream: TcpStream,
    must_reset: Arc<AtomicBool>,
}

impl ResettableStream {
    fn check(&self) -> io::Result<()> {
        if self.must_reset.load(Ordering::Acquire) {
            Err(io::ErrorKind::ConnectionReset.into())
        } else {
            Ok(())
        }
    }
}

impl Drop for ResettableStream {
    fn drop(&mut self) {
        if self.check().is_err() {
            // With a linger time of zero, closing sends RST instead of FIN.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for ResettableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for ResettableStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
