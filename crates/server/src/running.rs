//! A server from its first connection to its last.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use domain::time::Clock;
use http_api::{ConnectionLimits, Drained, HttpPolicy, Readiness};
use metrics_exporter_prometheus::{BuildError, PrometheusHandle};
use persistence::{ConnectError, Database, DatabaseConfig, SchemaError};
use tokio::{
    net::TcpListener,
    sync::oneshot,
    task::{JoinHandle, spawn_blocking},
};

use crate::{
    background::Background,
    clock::SystemClock,
    configuration::{Configuration, DatabaseSettings, OpsListen},
    limits,
    metrics::recorder,
    wiring::{Wired, WiringError, wechat, wire},
};

/// What becomes of migrations that wait to be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// The server does not start.
    Check,
    /// They are run.
    Migrate,
}

/// What a server takes from whoever starts it instead of from the configuration.
#[derive(Clone)]
pub struct Overrides {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What becomes of migrations that wait.
    pub schema: Schema,
    /// Routes that stand beside those of the API, outside its log, its limits and its CORS rules.
    pub beside: Option<Router>,
}

impl Default for Overrides {
    /// The system's clock, a schema that must be as it should, and nothing beside the API.
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), schema: Schema::Check, beside: None }
    }
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address cannot be listened at.
    #[error("{key}: {address} cannot be listened at")]
    Listen {
        /// The key that names it.
        key: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The database cannot be used.
    #[error("[database]")]
    Connect(#[from] ConnectError),
    /// The tables are not as this version needs them.
    #[error("the database is not ready: run `yaoshi migrate`, which makes and updates its tables")]
    Schema(#[from] SchemaError),
    /// The parts do not fit together.
    #[error(transparent)]
    Wiring(#[from] WiringError),
    /// Metrics cannot be recorded.
    #[error("metrics cannot be recorded")]
    Recorder(#[from] BuildError),
    /// The process is being stopped already.
    #[error("stopped while starting")]
    Stopped,
}

/// A server that takes requests.
#[derive(Debug)]
pub struct Running {
    /// Where the API is served.
    pub http_addr: SocketAddr,
    /// Where operators find health and metrics, if anywhere.
    pub ops_addr: Option<SocketAddr>,
    server: JoinHandle<Drained>,
}

impl Running {
    /// Waits until the server was told to stop and has stopped, and says whether it could finish what was
    /// under way.
    pub async fn finished(self) -> Drained {
        self.server.await.unwrap_or(Drained::CutOff)
    }
}

/// Starts a server that stops once `shutdown` ends. It has its addresses when this returns, and answers
/// on them.
pub async fn run(
    configuration: Configuration,
    overrides: Overrides,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Running, StartError> {
    let http = listen("http.listen", configuration.http.listen).await?;
    let ops = match configuration.http.ops_listen {
        OpsListen::At(address) => Some(listen("http.ops_listen", address).await?),
        OpsListen::Off => None,
    };
    let recorder = recorder()?;
    let (wechat_settings, apps) = (configuration.wechat.clone(), configuration.apps.clone());
    // Certificates are read while the database is being reached.
    let wechat = spawn_blocking(move || wechat(&wechat_settings, &apps));
    let database = Arc::new(connect(&configuration.database, overrides.schema).await?);
    let wechat = wechat.await.map_err(|_| StartError::Stopped)??;
    let wired = wire(&configuration, database.clone(), wechat, overrides.clock, recorder.clone())?;

    let http_addr = address_of("http.listen", &http, configuration.http.listen)?;
    let ops_addr = ops.as_ref().and_then(|listener| listener.local_addr().ok());
    let limits = limits::connections(&configuration.http);
    let server = Server { http, ops, database, wired, beside: overrides.beside, limits };
    let told_ops_addr = ops_addr.map(tracing::field::display);
    // A target of its own: whoever silences the rest may still want to know the addresses.
    tracing::info!(target: "yaoshi::listening", { http.addr = %http_addr, ops.addr = told_ops_addr }, "listening");
    Ok(Running { http_addr, ops_addr, server: tokio::spawn(server.serve(recorder, shutdown)) })
}

/// The database, reachable, with whatever tables it has.
pub(crate) async fn open_database(settings: &DatabaseSettings) -> Result<Database, ConnectError> {
    let config = DatabaseConfig {
        max_connections: settings.max_connections.get(),
        acquire_timeout: settings.acquire_timeout,
        ..DatabaseConfig::new(settings.url.expose())
    };
    Database::connect(&config).await
}

/// The database, with the tables that this version needs.
async fn connect(settings: &DatabaseSettings, schema: Schema) -> Result<Database, StartError> {
    let database = open_database(settings).await?;
    match schema {
        Schema::Check => database.check_schema().await?,
        Schema::Migrate => database.migrate().await?,
    }
    Ok(database)
}

/// Begins to listen, which is when `address` turns out to be taken.
pub(crate) async fn listen(key: &'static str, address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { key, address, source })
}

fn address_of(
    key: &'static str,
    listener: &TcpListener,
    address: SocketAddr,
) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(|source| StartError::Listen { key, address, source })
}

/// Everything that a server holds while it runs.
struct Server {
    http: TcpListener,
    ops: Option<TcpListener>,
    database: Arc<Database>,
    wired: Wired,
    beside: Option<Router>,
    limits: ConnectionLimits,
}

impl Server {
    async fn serve(
        self,
        recorder: PrometheusHandle,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Drained {
        let Self { http, ops, database, wired: Wired { api, readiness, chores }, beside, limits } = self;
        let background = Background::start(chores);
        let ops = ops.map(|listener| Ops::serve(listener, readiness.clone(), recorder, &api.policy));
        let (api, stop) = (http_api::router(api), stop(shutdown, readiness));
        let drained = match beside {
            Some(beside) => http_api::serve(http, beside.fallback_service(api), limits, stop).await,
            None => http_api::serve(http, api, limits, stop).await,
        };
        background.stop().await;
        database.close().await;
        if let Some(ops) = ops {
            ops.stop().await;
        }
        match drained {
            Drained::Finished => tracing::info!("stopped"),
            Drained::CutOff => tracing::warn!("stopped, and cut off what was still under way"),
        }
        drained
    }
}

/// Ends with `shutdown`, after which this instance says that it is not ready.
async fn stop(shutdown: impl Future<Output = ()>, readiness: Arc<Readiness>) {
    shutdown.await;
    readiness.start_draining();
    tracing::info!("stopping: requests under way are finished, new connections are not taken");
}

/// The operators' listener. It outlives the other one, so that a drain can be watched.
struct Ops {
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Drained>,
}

impl Ops {
    fn serve(
        listener: TcpListener,
        readiness: Arc<Readiness>,
        recorder: PrometheusHandle,
        policy: &HttpPolicy,
    ) -> Self {
        let router = http_api::ops_router(readiness, move || recorder.render(), policy);
        let (stop, stopped) = oneshot::channel();
        let limits = ConnectionLimits { drain: Duration::from_secs(1), ..ConnectionLimits::default() };
        let shutdown = async {
            // An error means that the sender is gone, which is as good a reason to stop.
            let _ = stopped.await;
        };
        Self { stop, serving: tokio::spawn(http_api::serve(listener, router, limits, shutdown)) }
    }

    async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.serving.await;
    }
}
