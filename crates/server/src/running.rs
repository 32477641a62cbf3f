//! Starts a server, and stops it.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use domain::time::Clock;
use http_api::{ConnectionLimits, Drained, Readiness};
use metrics_exporter_prometheus::{BuildError, PrometheusHandle};
use persistence::{ConnectError, Database, DatabaseConfig, SchemaError};
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::oneshot,
    task::{JoinHandle, spawn_blocking},
};

use crate::{
    background::Background,
    clock::SystemClock,
    configuration::{Configuration, DatabaseSettings, OpsListen},
    documentation::SimulatedWechat,
    hosts::AllowedHosts,
    limits,
    metrics::recorder,
    wiring::{Wired, WiringError, wechat, wire},
};

/// What a starting server does if the database has pending migrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PendingMigrations {
    /// It fails to start.
    Fail,
    /// It runs them.
    Run,
}

/// Options that the caller sets, not the configuration.
#[derive(Clone)]
pub struct RunOptions {
    /// The clock of the server.
    pub clock: Arc<dyn Clock>,
    /// What to do with pending migrations.
    pub pending_migrations: PendingMigrations,
    /// Routes next to those of the API, to which its log, limits and CORS rules do not apply.
    pub extra_routes: Option<Router>,
    /// The simulated WeChat, for the examples of the documentation.
    pub simulated_wechat: Option<SimulatedWechat>,
    /// The hosts that requests may name; `None` for any.
    pub hosts: Option<AllowedHosts>,
}

impl Default for RunOptions {
    /// The system's clock, no pending migrations, no routes but those of the API, the real WeChat, and requests for
    /// any host.
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            pending_migrations: PendingMigrations::Fail,
            extra_routes: None,
            simulated_wechat: None,
            hosts: None,
        }
    }
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The server cannot listen on an address.
    #[error("{key}: cannot listen on {address}")]
    Listen {
        /// The configuration key or option that sets the address.
        key: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The database cannot be used.
    #[error("[database]")]
    Connect(#[from] ConnectError),
    /// The schema of the database is not the one that this version needs.
    #[error("the database is not ready: run `yaoshi migrate`, which creates and updates its tables")]
    Schema(#[from] SchemaError),
    /// The adapters cannot be set up.
    #[error(transparent)]
    Wiring(#[from] WiringError),
    /// The metrics recorder cannot be set up.
    #[error("metrics cannot be recorded")]
    Recorder(#[from] BuildError),
    /// The process stopped before the server had started.
    #[error("stopped while starting")]
    Stopped,
}

/// A server that accepts requests.
#[derive(Debug)]
pub struct RunningServer {
    /// The address of the API.
    pub http_addr: SocketAddr,
    /// The operators' address, with health and metrics, if it is enabled.
    pub ops_addr: Option<SocketAddr>,
    task: JoinHandle<Drained>,
}

impl RunningServer {
    /// Waits until the server has stopped, and returns whether it finished the requests in flight.
    pub async fn stopped(self) -> Drained {
        self.task.await.unwrap_or(Drained::CutOff)
    }
}

/// Starts a server that stops when `shutdown` completes. The server already answers at its addresses when
/// this function returns.
pub async fn run(
    configuration: Configuration,
    options: RunOptions,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<RunningServer, StartError> {
    let http = Listener::bind("http.listen", configuration.http.listen).await?;
    let ops = match configuration.http.ops_listen {
        OpsListen::At(address) => Some(Listener::bind("http.ops_listen", address).await?),
        OpsListen::Off => None,
    };
    let recorder = recorder()?;
    let (wechat_settings, apps) = (configuration.wechat.clone(), configuration.apps.clone());
    // Reading the certificates takes milliseconds; meanwhile the database connects.
    let wechat = spawn_blocking(move || wechat(&wechat_settings, &apps));
    let database = Arc::new(connect(&configuration.database, options.pending_migrations).await?);
    let wechat = wechat.await.map_err(|_| StartError::Stopped)??;
    let mut wired = wire(&configuration, database.clone(), wechat, options.clock, recorder.clone())?;

    let http_addr = http.address;
    if let Some(wechat) = options.simulated_wechat {
        wired.api.documentation = wechat.documentation(http_addr);
    }
    let ops_addr = ops.as_ref().map(|ops| ops.address);
    let limits = limits::connections(&configuration);
    let RunOptions { extra_routes, hosts, .. } = options;
    let server = Server { http, ops, database, wired, extra_routes, hosts, limits };
    let logged_ops_addr = ops_addr.map(tracing::field::display);
    // The target of its own lets a log level enable this line alone.
    tracing::info!(target: "yaoshi::listening", { http.addr = %http_addr, ops.addr = logged_ops_addr }, "listening");
    Ok(RunningServer { http_addr, ops_addr, task: tokio::spawn(server.serve(recorder, shutdown)) })
}

/// Connects to the database, whatever its schema.
pub(crate) async fn open_database(settings: &DatabaseSettings) -> Result<Database, ConnectError> {
    let config = DatabaseConfig {
        max_connections: settings.max_connections.get(),
        acquire_timeout: settings.acquire_timeout,
        ..DatabaseConfig::new(settings.url.expose())
    };
    Database::connect(&config).await
}

/// Connects to the database, and makes sure that it has the schema of this version.
async fn connect(
    settings: &DatabaseSettings,
    pending_migrations: PendingMigrations,
) -> Result<Database, StartError> {
    let database = open_database(settings).await?;
    match pending_migrations {
        PendingMigrations::Fail => database.check_schema().await?,
        PendingMigrations::Run => database.migrate().await?,
    }
    Ok(database)
}

/// A bound listener.
pub(crate) struct Listener {
    pub(crate) tcp: TcpListener,
    /// Its address, with the port that the system chose for port 0.
    pub(crate) address: SocketAddr,
}

impl Listener {
    /// Listens on `address`, which `key` configures.
    pub(crate) async fn bind(key: &'static str, address: SocketAddr) -> Result<Self, StartError> {
        let bind = async {
            let tcp = listen(address)?;
            Ok(Self { address: tcp.local_addr()?, tcp })
        };
        bind.await.map_err(|source| StartError::Listen { key, address, source })
    }
}

/// How many connections the system keeps until they are accepted. Linux bounds it by `net.core.somaxconn`.
/// With a short queue, one client that opens thousands at once would keep the others waiting for a second: a
/// connection that finds the queue full is tried again by the client's system only then.
const BACKLOG: u32 = 16_384;

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A server that was restarted must not wait for the connections of the one before.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// What a server owns while it runs.
struct Server {
    http: Listener,
    ops: Option<Listener>,
    database: Arc<Database>,
    wired: Wired,
    extra_routes: Option<Router>,
    hosts: Option<AllowedHosts>,
    limits: ConnectionLimits,
}

impl Server {
    async fn serve(
        self,
        recorder: PrometheusHandle,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Drained {
        let Self { http, ops, database, wired, extra_routes, hosts, limits } = self;
        let Wired { api, readiness, jobs } = wired;
        let background = Background::start(jobs);
        let ops = ops.map(|ops| {
            let routes = http_api::ops_router(readiness.clone(), move || recorder.render(), &api.policy);
            let routes = Router::new().fallback_service(routes);
            OpsServer::start(ops.tcp, guarded(routes, hosts.as_ref(), ops.address))
        });
        let (api, shutdown) = (http_api::router(api), start_draining(shutdown, readiness));
        let drained = match (extra_routes, hosts) {
            (None, None) => http_api::serve(http.tcp, api, limits, shutdown).await,
            (routes, hosts) => {
                let routes = routes.unwrap_or_default().fallback_service(api);
                let routes = guarded(routes, hosts.as_ref(), http.address);
                http_api::serve(http.tcp, routes, limits, shutdown).await
            }
        };
        background.stop().await;
        database.close().await;
        if let Some(ops) = ops {
            ops.stop().await;
        }
        match drained {
            Drained::Finished => tracing::info!("stopped"),
            Drained::CutOff => tracing::warn!("stopped with requests in flight: the drain timeout was over"),
        }
        drained
    }
}

/// The routes that are served at `address`, for requests that name one of `hosts`.
fn guarded(routes: Router, hosts: Option<&AllowedHosts>, address: SocketAddr) -> Router {
    match hosts {
        Some(hosts) => hosts.clone().and_address(address).guard(routes),
        None => routes,
    }
}

/// Waits for `shutdown`, then makes this instance not ready.
async fn start_draining(shutdown: impl Future<Output = ()>, readiness: Arc<Readiness>) {
    shutdown.await;
    readiness.start_draining();
    tracing::info!("stopping: finishing the requests in flight, accepting no new connections");
}

/// The server for operators. It stops last, so that operators can watch the other server drain.
struct OpsServer {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Drained>,
}

impl OpsServer {
    fn start(listener: TcpListener, routes: Router) -> Self {
        let (stop, stopped) = oneshot::channel();
        let limits = ConnectionLimits { drain: Duration::from_secs(1), ..ConnectionLimits::default() };
        let shutdown = async {
            // An error means that the sender was dropped, which also stops the server.
            let _ = stopped.await;
        };
        Self { stop, task: tokio::spawn(http_api::serve(listener, routes, limits, shutdown)) }
    }

    async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}
