//! The processes that are measured: the server, and the bare routes it is compared with.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode, header},
    routing::{get, post},
};
use domain::{
    app::AppId,
    login::{CodeExchange, LoginCode},
};
use serde::Deserialize;
use server::clock::SystemClock;
use wechat_adapter::{InvalidBaseUrl, Transport, WeChat, WeChatConfig, WeChatPorts};

use crate::world::{APP, MASTER_KEY, SECRET, World};

/// A server process, killed when its handle is dropped.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only where the process is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The resident memory of the process, in bytes.
    pub(crate) fn resident_bytes(&self) -> Result<u64, String> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).map_err(|e| e.to_string())?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
        Ok(kilobytes.ok_or("no VmRSS")? * 1024)
    }
}

/// How the server is run.
#[derive(Clone)]
pub(crate) struct Settings {
    /// The executable: that of this build, or an older one.
    pub(crate) program: PathBuf,
    pub(crate) database_url: String,
    pub(crate) cache_capacity: usize,
}

/// The `yaoshi` of this build, which lies beside this program.
pub(crate) fn built() -> Result<PathBuf, String> {
    let own = env::current_exe().map_err(|error| error.to_string())?;
    let path = own.with_file_name("yaoshi");
    if path.is_file() { Ok(path) } else { Err(format!("{} is not built", path.display())) }
}

/// The load comes from one address, and from few users.
const NO_LIMITS: [(&str, &str); 6] = [
    ("YAOSHI_LIMITS__LOGIN_PER_ADDRESS", "off"),
    ("YAOSHI_LIMITS__REGISTRATION_PER_ADDRESS", "off"),
    ("YAOSHI_LIMITS__PHONE_PER_ADDRESS", "off"),
    ("YAOSHI_LIMITS__REGISTRATION_PER_IDENTITY", "off"),
    ("YAOSHI_LIMITS__PHONE_PER_IDENTITY", "off"),
    ("YAOSHI_LIMITS__CALLS_PER_SERVICE", "off"),
];

/// A command of `yaoshi`, configured by the environment alone.
pub(crate) fn yaoshi(world: &World, settings: &Settings, command: &str) -> Command {
    let mut yaoshi = Command::new(&settings.program);
    yaoshi
        .arg(command)
        .env_clear()
        .current_dir(world.folder())
        .env("YAOSHI_HTTP__LISTEN", "127.0.0.1:0")
        .env("YAOSHI_HTTP__OPS_LISTEN", "127.0.0.1:0")
        .env("YAOSHI_DATABASE__URL", &settings.database_url)
        .env("YAOSHI_WECHAT__BASE_URL", format!("http://{}", world.wechat()))
        .env("YAOSHI_WECHAT__INSECURE_BASE_URL", "true")
        .env("YAOSHI_SESSION__CACHE_CAPACITY", settings.cache_capacity.to_string())
        .env("YAOSHI_SECRETS__MASTER_KEYS", MASTER_KEY)
        .env("YAOSHI_APP__ID", APP)
        .env("YAOSHI_APP__SECRET", SECRET)
        .envs(NO_LIMITS)
        .env("YAOSHI_LOG__FORMAT", "json")
        // Logs as little as the bare routes, except for the line with the address.
        .env("YAOSHI_LOG__LEVEL", "warn,yaoshi::listening=info");
    yaoshi
}

/// Starts `yaoshi serve` on a database that is migrated already.
pub(crate) fn serve(world: &World, settings: &Settings) -> Result<Server, String> {
    serve_with(world, settings, &[])
}

/// Like [`serve`], with further environment variables.
pub(crate) fn serve_with(
    world: &World,
    settings: &Settings,
    variables: &[(&str, &str)],
) -> Result<Server, String> {
    let mut server = yaoshi(world, settings, "serve");
    server.envs(variables.iter().copied());
    start(server)
}

/// Makes or updates the tables.
pub(crate) fn migrate(world: &World, settings: &Settings) -> Result<(), String> {
    let output = yaoshi(world, settings, "migrate").output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("yaoshi migrate: {}", String::from_utf8_lossy(&output.stderr)))
}

/// Starts this program's own bare routes.
pub(crate) fn bare(world: &World) -> Result<Server, String> {
    let own = env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(own);
    command.args(["bare", "--wechat", &format!("http://{}", world.wechat())]);
    start(command)
}

/// Starts a program and waits for the log line with the address it listens on.
fn start(mut command: Command) -> Result<Server, String> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| error.to_string())?;
    let stderr = child.stderr.take().ok_or("no stderr")?;
    let mut lines = BufReader::new(stderr).lines();
    let mut seen = String::new();
    for line in lines.by_ref().map_while(Result::ok) {
        if let Some(address) = address_in(&line) {
            // Without a reader the server blocks once the pipe is full.
            std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
            return Ok(Server { child, address });
        }
        seen.push_str(&line);
        seen.push('\n');
    }
    let _ = child.wait();
    Err(format!("the server did not come up: {seen}"))
}

/// The address in a `listening` line of the JSON log.
pub(crate) fn address_in(line: &str) -> Option<SocketAddr> {
    if !line.contains("listening") {
        return None;
    }
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    let fields = value.get("fields").unwrap_or(&value);
    ["http.addr", "http_addr", "addr"].iter().find_map(|name| fields.get(name)?.as_str()?.parse().ok())
}

/// An unused address.
pub(crate) fn free_address() -> Result<SocketAddr, String> {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).map_err(|e| e.to_string())
}

/// The bare routes: the least that the same libraries can do.
///
/// * `GET /v1/session` returns JSON of the same size as the server's.
/// * `GET /v1/verify` sets headers of the same number and size as the server's with an assertion.
/// * `POST /oauth/introspect` takes a form, and returns JSON of the same size as the server's.
/// * `POST /v1/login` takes the same body, exchanges the code, and returns JSON of the same size.
/// * `POST /v1/register` takes the same body and returns JSON of the same size.
pub(crate) async fn serve_bare(wechat: &str) -> Result<(), String> {
    let apps = vec![(
        APP.parse::<AppId>().map_err(|error| error.to_string())?,
        SECRET.parse().map_err(|error: domain::text::InvalidText| error.to_string())?,
    )];
    let base_url = wechat.parse().map_err(|error: InvalidBaseUrl| error.to_string())?;
    let config = WeChatConfig { base_url, ..WeChatConfig::new(apps) };
    let transport = Transport::try_new(&config).map_err(|error| error.to_string())?;
    let ports = WeChatPorts { clock: Arc::new(SystemClock), budget: None, tally: None };
    let wechat = WeChat::try_new(config, transport, ports).map_err(|error| error.to_string())?;
    let wechat: Arc<dyn CodeExchange> = Arc::new(wechat);
    let router = Router::new()
        .route("/v1/session", get(|| async { json(SESSION) }))
        .route("/v1/verify", get(|| async { verified() }))
        .route("/oauth/introspect", post(|form: String| async move { introspected(&form) }))
        .route("/v1/login", post(move |Json(login): Json<Login>| exchange(wechat.clone(), login)))
        .route("/v1/register", post(|Json(_): Json<Register>| async { json(REGISTERED) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    announce(address);
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        // A connection that cannot be set up fails at its first request, too.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await.map_err(|error| error.to_string())
}

#[expect(clippy::print_stderr, reason = "the parent process waits for this line")]
fn announce(address: SocketAddr) {
    eprintln!(r#"{{"message":"listening","http.addr":"{address}"}}"#);
}

#[derive(Deserialize)]
struct Login {
    app_id: String,
    code: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "parsed, as the server parses it")]
struct Register {
    raw_data: String,
    signature: String,
    encrypted_data: String,
    iv: String,
}

fn introspected(form: &str) -> Result<(HeaderMap, &'static str), StatusCode> {
    form.strip_prefix("token=").map(|_| json(INTROSPECTED)).ok_or(StatusCode::BAD_REQUEST)
}

/// The headers of a verified token.
fn verified() -> [(&'static str, &'static str); 6] {
    [
        ("x-yaoshi-user", "019a0000-0100-7000-8000-000000000001"),
        ("x-yaoshi-session", "019a0000-0200-7000-8000-000000000001"),
        ("x-yaoshi-app", APP),
        ("x-yaoshi-openid", "oABCDEFGHIJKLMNOPQRSTUVWXYZ0"),
        ("x-yaoshi-state", "registered"),
        ("x-yaoshi-assertion", ASSERTION),
    ]
}

/// As long as an assertion.
const ASSERTION: &str = include_str!("answers/assertion.txt");

const SESSION: &str = include_str!("answers/session.json");
const INTROSPECTED: &str = include_str!("answers/introspected.json");
const LOGIN: &str = include_str!("answers/login.json");
const REGISTERED: &str = include_str!("answers/register.json");

fn json(body: &'static str) -> (HeaderMap, &'static str) {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    (headers, body)
}

async fn exchange(
    wechat: Arc<dyn CodeExchange>,
    login: Login,
) -> Result<(HeaderMap, &'static str), StatusCode> {
    let bad = StatusCode::BAD_REQUEST;
    let (app, code) = (login.app_id.parse::<AppId>(), login.code.parse::<LoginCode>());
    let (Ok(app), Ok(code)) = (app, code) else { return Err(bad) };
    wechat.exchange(&app, &code).await.map(|_| json(LOGIN)).map_err(|_| StatusCode::BAD_GATEWAY)
}
