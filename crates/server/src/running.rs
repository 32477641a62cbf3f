//! Starts a server, and stops it.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use domain::{
    operator::{Credentials, ManageOperatorError, OperatorName},
    time::Clock,
};
use http_api::{AdminApi, ConnectionLimits, Drained, Readiness};
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
    configuration::{Configuration, DatabaseSettings, OptionalAddress},
    console,
    documentation::SimulatedWechat,
    hosts::AllowedHosts,
    limits,
    metrics::recorder,
    operators::renewed_operator,
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
    /// An operator who gets a new password, and is added if there is none of this name.
    pub operator: Option<OperatorName>,
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
            operator: None,
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
    /// The schema of the database is not the one that this version needs, or cannot be read.
    #[error("{}", not_ready(.0))]
    Schema(#[from] SchemaError),
    /// The adapters cannot be set up.
    #[error(transparent)]
    Wiring(#[from] WiringError),
    /// The operator of the options cannot be made.
    #[error("the operator cannot be made")]
    Operator(#[from] ManageOperatorError),
    /// The metrics recorder cannot be set up.
    #[error("metrics cannot be recorded")]
    Recorder(#[from] BuildError),
    /// The process stopped before the server had started.
    #[error("stopped while starting")]
    Stopped,
}

/// What is wrong with the schema, and what helps.
const fn not_ready(error: &SchemaError) -> &'static str {
    match error {
        SchemaError::Pending { .. } => {
            "the database is not ready: run `yaoshi migrate`, which creates and updates its tables"
        }
        SchemaError::Locked | SchemaError::Database(_) => "the database is not ready",
    }
}

/// A server that accepts requests.
#[derive(Debug)]
pub struct RunningServer {
    /// The address of the API.
    pub http_addr: SocketAddr,
    /// The operators' address, with health and metrics, if it is enabled.
    pub ops_addr: Option<SocketAddr>,
    /// The address of the console, if it is enabled.
    pub admin_addr: Option<SocketAddr>,
    /// What the operator of the options signs in with, if there is one.
    pub credentials: Option<Credentials>,
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
    let ops = Listener::bind_optional("http.ops_listen", configuration.http.ops_listen).await?;
    let admin = Listener::bind_optional("http.admin_listen", configuration.http.admin_listen).await?;
    let recorder = recorder()?;
    let (wechat_settings, apps) = (configuration.wechat.clone(), configuration.apps.clone());
    // Reading the certificates takes milliseconds; meanwhile the database connects.
    let wechat = spawn_blocking(move || wechat(&wechat_settings, &apps));
    let database = Arc::new(connect(&configuration.database, options.pending_migrations).await?);
    let wechat = wechat.await.map_err(|_| StartError::Stopped)??;
    let credentials = match &options.operator {
        Some(name) => Some(renewed_operator(&configuration, &database, name, &*options.clock).await?),
        None => None,
    };
    let mut wired = wire(&configuration, database.clone(), wechat, options.clock, recorder.clone())?;

    let (about, http_addr) = (About::of(&configuration), http.address);
    if let Some(wechat) = options.simulated_wechat {
        wired.api.documentation = wechat.documentation(http_addr);
    }
    let ops_addr = ops.as_ref().map(|ops| ops.address);
    let admin = admin.zip(wired.admin.take()).map(|(listener, api)| {
        let hosts = AllowedHosts::of_console(configuration.http.admin_url.as_ref());
        let hosts = options.hosts.as_ref().map_or_else(|| hosts.clone(), |others| hosts.clone().or(others));
        Console { listener, api, hosts }
    });
    let admin_addr = admin.as_ref().map(|console| console.listener.address);
    let limits = limits::connections(&configuration);
    let RunOptions { extra_routes, hosts, .. } = options;
    let server = Server { http, ops, admin, database, wired, extra_routes, hosts, limits };
    let (logged_ops, logged_admin) =
        (ops_addr.map(tracing::field::display), admin_addr.map(tracing::field::display));
    // The target of its own lets a log level enable this line alone.
    tracing::info!(
        target: "yaoshi::listening",
        {
            version = VERSION, database = about.database, apps = %about.apps,
            http.addr = %http_addr, ops.addr = logged_ops, admin.addr = logged_admin,
        },
        "listening"
    );
    Ok(RunningServer {
        http_addr,
        ops_addr,
        admin_addr,
        credentials,
        task: tokio::spawn(server.serve(recorder, shutdown)),
    })
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the line at the start says of the configuration: nothing that could be a secret.
struct About {
    /// The kind of database. Its URL may hold a password.
    database: &'static str,
    apps: String,
}

impl About {
    fn of(configuration: &Configuration) -> Self {
        let is_mysql = configuration.database.url.expose().starts_with("mysql");
        let apps: Vec<_> = configuration.apps.iter().map(|app| app.app.id.as_str()).collect();
        Self { database: if is_mysql { "mysql" } else { "sqlite" }, apps: apps.join(",") }
    }
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
    /// Listens on `address`, which `key` configures, unless that is switched off.
    async fn bind_optional(key: &'static str, address: OptionalAddress) -> Result<Option<Self>, StartError> {
        match address {
            OptionalAddress::At(address) => Self::bind(key, address).await.map(Some),
            OptionalAddress::Off => Ok(None),
        }
    }

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

/// What the console owns until it is served.
struct Console {
    listener: Listener,
    api: AdminApi,
    hosts: AllowedHosts,
}

/// What a server owns while it runs.
struct Server {
    http: Listener,
    ops: Option<Listener>,
    admin: Option<Console>,
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
        let Self { http, ops, admin, database, wired, extra_routes, hosts, limits } = self;
        let Wired { api, readiness, jobs, .. } = wired;
        let background = Background::start(jobs);
        let ops = ops.map(|ops| {
            let routes = http_api::ops_router(readiness.clone(), move || recorder.render(), &api.policy);
            let routes = Router::new().fallback_service(routes);
            OtherServer::start(ops.tcp, guarded(routes, hosts.as_ref(), ops.address))
        });
        let admin = admin.map(|Console { listener, api: admin, hosts }| {
            let routes = console::routes().fallback_service(http_api::admin_router(admin, &api.policy));
            OtherServer::start(listener.tcp, guarded(routes, Some(&hosts), listener.address))
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
        if let Some(admin) = admin {
            admin.stop().await;
        }
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

/// A server for operators, beside the API. The one with health and metrics stops last, so that they can watch the
/// API drain.
struct OtherServer {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Drained>,
}

impl OtherServer {
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
