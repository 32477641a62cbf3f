//! What the server runs against: a WeChat simulated in this process, and databases.

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::Path,
    process::Command,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use tempfile::TempDir;
use wechat_simulator::{App, Fault, FaultKind, NewUser, Simulator, SimulatorConfig, UserId};

pub(crate) const APP: &str = "wx0123456789abcdef";
pub(crate) const SECRET: &str = "00112233445566778899aabbccddeeff";
pub(crate) const MASTER_KEY: &str = "bench:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

pub(crate) const INDEX_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A back end of the team, which may ask Yaoshi.
pub(crate) const SERVICE: &str = "shop";
pub(crate) const SERVICE_SECRET: &str = "the-secret-of-a-back-end-of-the-team";

/// How that back end proves who it is.
pub(crate) fn service_authorization() -> String {
    format!("Basic {}", STANDARD.encode(format!("{SERVICE}:{SERVICE_SECRET}")))
}

/// How long a slow WeChat takes to answer an exchange, in milliseconds.
const WECHAT_LATENCY_MS: u32 = 20;

pub(crate) struct World {
    folder: TempDir,
    simulator: Simulator,
    wechat: SocketAddr,
    mysql: Option<MySql>,
    users: Mutex<HashMap<String, UserId>>,
    _runtime: tokio::runtime::Runtime,
}

impl World {
    pub(crate) fn new(mysql: Option<MySql>) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let config = SimulatorConfig { apps: vec![App::new(APP, SECRET)], ..SimulatorConfig::default() };
        let simulator = Simulator::new(config);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
        let listener = listener.map_err(|error| error.to_string())?;
        let wechat = listener.local_addr().map_err(|error| error.to_string())?;
        let serving = simulator.clone();
        runtime.spawn(async move { serving.serve(listener, std::future::pending()).await });
        Ok(Self { folder, simulator, wechat, mysql, users: Mutex::default(), _runtime: runtime })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) const fn wechat(&self) -> SocketAddr {
        self.wechat
    }

    pub(crate) const fn simulator(&self) -> &Simulator {
        &self.simulator
    }

    /// Does `work` while WeChat takes [`WECHAT_LATENCY_MS`] for each exchange.
    pub(crate) fn with_slow_wechat<T>(&self, work: impl FnOnce() -> T) -> T {
        let latency = FaultKind::Latency { milliseconds: WECHAT_LATENCY_MS };
        let endpoints = ["/sns/jscode2session", "/wxa/business/getuserphonenumber"];
        self.simulator.set_faults(endpoints.map(|endpoint| Fault::on(endpoint, latency.clone())).into());
        let outcome = work();
        self.simulator.clear_faults();
        outcome
    }

    /// MySQL, unless the run is without it.
    pub(crate) const fn mysql(&self) -> Option<&MySql> {
        self.mysql.as_ref()
    }

    /// The WeChat user with this openid, the same one for every database.
    pub(crate) fn user(&self, openid: String) -> Result<UserId, String> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(user) = users.get(&openid) {
            return Ok(*user);
        }
        let user = NewUser {
            nickname: Some("小明😀".to_owned()),
            openids: [(APP.to_owned(), openid.clone())].into(),
            ..NewUser::default()
        };
        let user = self.simulator.create_user(user).map_err(|refusal| format!("{refusal:?}"))?;
        users.insert(openid, user);
        Ok(user)
    }

    /// A fresh SQLite file.
    pub(crate) fn sqlite_url(&self, name: &str) -> String {
        format!("sqlite://{}/{name}.db", self.folder.path().display())
    }

    /// A fresh MySQL schema, unless the run is without MySQL.
    pub(crate) fn mysql_url(&self, name: &str) -> Option<Result<String, String>> {
        self.mysql.as_ref().map(|mysql| mysql.schema(name))
    }
}

/// Milliseconds since the epoch.
#[expect(clippy::disallowed_methods, reason = "seeded rows carry the real time")]
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A MySQL in a container of its own, with its default durability. Clients connect to the container's address: behind
/// a published port there is a proxy, which costs more than a session check.
pub(crate) struct MySql {
    container: String,
    address: String,
}

impl MySql {
    pub(crate) fn start() -> Result<Self, String> {
        Self::start_with(&[])
    }

    /// The same with further options of the server.
    pub(crate) fn start_with(options: &[&str]) -> Result<Self, String> {
        let run = ["run", "-d", "--rm", "-e", "MYSQL_ROOT_PASSWORD=bench", "mysql:9.7"];
        let container = docker(&[&run[..], options].concat())?;
        let address = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
        let address = docker(&["inspect", "--format", address, &container])?;
        let mysql = Self { container, address };
        mysql.wait()?;
        Ok(mysql)
    }

    /// The process of the database server.
    pub(crate) fn pid(&self) -> Result<u32, String> {
        let pid = docker(&["inspect", "--format", "{{.State.Pid}}", &self.container])?;
        pid.parse().map_err(|_| format!("{pid} is no process"))
    }

    fn wait(&self) -> Result<(), String> {
        for _ in 0..120 {
            if self.schema("ready").is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(500));
        }
        Err("MySQL did not come up within a minute".to_owned())
    }

    fn schema(&self, name: &str) -> Result<String, String> {
        create_schema(&format!("mysql://root:bench@{}:3306", self.address), name)
    }
}

/// Makes a fresh schema on `server`, and returns its URL.
pub(crate) fn create_schema(server: &str, name: &str) -> Result<String, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let created: Result<(), mysql_async::Error> =
        runtime.map_err(|error| error.to_string())?.block_on(async {
            use mysql_async::prelude::Queryable;
            let mut connection = mysql_async::Conn::from_url(format!("{server}/mysql")).await?;
            connection.query_drop(format!("DROP DATABASE IF EXISTS {name}")).await?;
            connection.query_drop(format!("CREATE DATABASE {name} CHARACTER SET utf8mb4")).await?;
            connection.disconnect().await
        });
    created.map(|()| format!("{server}/{name}")).map_err(|error| error.to_string())
}

impl Drop for MySql {
    fn drop(&mut self) {
        let _ = docker(&["rm", "-f", "-v", &self.container]);
    }
}

pub(crate) fn docker(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("docker").args(arguments).output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}
