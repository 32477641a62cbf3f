//! Serving over TCP, with connections that can be reset.

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

/// How long calls under way may hold up a shutdown; a fault may have them hang much longer.
const LAST_CALLS: Duration = Duration::from_secs(1);

impl Simulator {
    /// Serves [`Simulator::router`] until `shutdown` completes, and for at most a second more.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        self.serve_beside(Router::new(), listener, shutdown).await
    }

    /// The same with more routes, which are not WeChat's.
    ///
    /// # Panics
    ///
    /// Where `others` has a route of ours, or a fallback.
    pub async fn serve_beside(
        &self,
        others: Router,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let service = self.router().merge(others).into_make_service_with_connect_info::<Caller>();
        let (closing, closed) = oneshot::channel();
        let server = axum::serve(Lines(listener), service).with_graceful_shutdown(async move {
            shutdown.await;
            let _ = closing.send(());
        });
        let cut_short = async {
            if closed.await.is_err() {
                std::future::pending::<()>().await;
            }
            sleep(LAST_CALLS).await;
        };
        tokio::select! {
            result = server => result,
            () = cut_short => Ok(()),
        }
    }
}

/// Who is calling, and a hand on the line.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    address: SocketAddr,
    is_cut: Arc<AtomicBool>,
}

impl Caller {
    /// The caller, if the request came in over [`Simulator::serve`].
    pub(crate) fn of(request: &Request) -> Option<&Self> {
        request.extensions().get::<ConnectInfo<Self>>().map(|info| &info.0)
    }

    pub(crate) fn ip(&self) -> IpAddr {
        self.address.ip()
    }

    /// Resets the connection as soon as anything is written to it.
    pub(crate) fn cut(&self) {
        self.is_cut.store(true, Ordering::Release);
    }
}

impl Connected<IncomingStream<'_, Lines>> for Caller {
    fn connect_info(stream: IncomingStream<'_, Lines>) -> Self {
        Self { address: *stream.remote_addr(), is_cut: stream.io().is_cut.clone() }
    }
}

/// A listener whose connections are [`Line`]s.
struct Lines(TcpListener);

impl Listener for Lines {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Without it small answers wait for the caller's acknowledgement; a failure costs only speed.
        let _ = stream.set_nodelay(true);
        (Line { stream, is_cut: Arc::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A TCP connection that can be reset from outside.
struct Line {
    stream: TcpStream,
    is_cut: Arc<AtomicBool>,
}

impl Line {
    fn check(&self) -> io::Result<()> {
        if self.is_cut.load(Ordering::Acquire) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.check().is_err() {
            // Closing with a linger of zero sends RST instead of FIN.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
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
