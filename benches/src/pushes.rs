//! How many pushes are taken, with a back end that answers and with one that hangs.

use std::{
    collections::HashMap,
    fs,
    net::SocketAddr,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use axum::{Json, Router, extract::State, http::StatusCode, routing};
use clap::Args;
use sea_orm::{
    ConnectionTrait, Database,
    sea_query::{Expr, ExprTrait, Func, Query},
};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use tokio::time::sleep_until;

use crate::{
    load::{Connection, Script, Until, now, post, run},
    log,
    servers::{Server, Settings, built, free_address, migrate, serve_with},
    world::{APP, MySql, World, now_ms},
};

/// The Token of the message push.
pub(crate) const TOKEN: &str = "benchPushToken";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// How many deliveries are on their way at the same time.
const CONNECTIONS: usize = 48;

/// How long after one push the next one comes where logins are measured.
const PACE: Duration = Duration::from_millis(10);

/// How many pushes a second have to be taken.
const TARGET: f64 = 1_000.0;

/// Options of `yaoshi-bench pushes`.
#[derive(Args)]
pub(crate) struct Options {
    /// For how long pushes are sent to each database.
    #[arg(long, default_value_t = 60)]
    seconds: u64,

    /// Without MySQL.
    #[arg(long)]
    no_mysql: bool,

    /// Write the table here.
    #[arg(long)]
    pub(crate) output: Option<PathBuf>,
}

/// Measures on every database, and returns the table.
pub(crate) fn measure(options: &Options) -> Result<String, String> {
    let world = World::new((!options.no_mysql).then(MySql::start).transpose()?)?;
    let mut urls = vec![("SQLite", world.sqlite_url("pushes"))];
    if let Some(url) = world.mysql_url("pushes") {
        urls.push(("MySQL", format!("{}?ssl-mode=DISABLED", url?)));
    }
    let mut table = "| | sent and answered `success` | a second | at the back end | twice | in the inbox, delivered | \
                     lost | login beside 100 pushes a second, 99th percentile | … while the back end hangs |\n|---|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    for (kind, database_url) in urls {
        log(kind);
        table.push_str(&on(&world, kind, &database_url, Duration::from_secs(options.seconds))?);
    }
    Ok(table)
}

fn on(world: &World, kind: &str, database_url: &str, duration: Duration) -> Result<String, String> {
    let settings =
        Settings { program: built()?, database_url: database_url.to_owned(), cache_capacity: 100_000 };
    migrate(world, &settings)?;
    let back_end = BackEnd::start()?;
    let server = serving(world, &settings, &back_end)?;
    let pushes = Arc::new(Pushes::new());
    let rate = run(server.address(), CONNECTIONS, 0, Until::Elapsed(duration), pushes)?;
    let (sent, twice) = back_end.seen();
    let delivered = delivered(database_url)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of requests")]
    let answered = (rate * duration.as_secs_f64()) as usize;
    let answering = logins_beside_pushes(world, server.address())?;
    back_end.hang();
    let hanging = logins_beside_pushes(world, server.address())?;
    let lost = sent.abs_diff(delivered);
    let is_reached = if rate >= TARGET && lost == 0 { "✓" } else { "✗" };
    Ok(format!(
        "| {kind} | {answered} | {rate:.0} {is_reached} | {sent} | {twice} | {delivered} | {lost} | {answering:.1} ms | \
         {hanging:.1} ms |\n"
    ))
}

/// How long logins take beside pushes that come as often whether the back end answers or hangs. More connections than
/// requests may be on their way to it, so that some are free for those that are refused.
fn logins_beside_pushes(world: &World, address: SocketAddr) -> Result<f64, String> {
    thread::scope(|scope| {
        let pushes = Paced { pushes: Pushes { first_id: now_ms(), must_succeed: false }, begun: now() };
        let load = scope.spawn(move || {
            run(address, 2 * CONNECTIONS, 0, Until::Elapsed(Duration::from_secs(12)), Arc::new(pushes))
        });
        thread::sleep(Duration::from_secs(2));
        let logins = logins(world, address);
        load.join().map_err(|_| "the load panicked".to_owned())??;
        logins
    })
}

fn serving(world: &World, settings: &Settings, back_end: &BackEnd) -> Result<Server, String> {
    let variables = relay_variables(world, back_end)?;
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    serve_with(world, settings, &variables)
}

/// What the server is told of that back end.
pub(crate) fn relay_variables(
    world: &World,
    back_end: &BackEnd,
) -> Result<[(&'static str, String); 4], String> {
    let secret = world.folder().join("push-relay-secret");
    let written = fs::write(&secret, SECRET)
        .and_then(|()| fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)));
    written.map_err(|error| error.to_string())?;
    Ok([
        ("YAOSHI_APP__PUSH_TOKEN", TOKEN.to_owned()),
        ("YAOSHI_APP__PUSH_RELAY_URL", format!("http://{}/", back_end.address)),
        ("YAOSHI_APP__PUSH_RELAY_SECRET_FILES", secret.display().to_string()),
        ("YAOSHI_APP__PUSH_RELAY_ALLOW_PRIVATE", "true".to_owned()),
    ])
}

/// Payments, of which each has a number of its own.
pub(crate) struct Pushes {
    first_id: i64,
    must_succeed: bool,
}

impl Script for Pushes {
    async fn play(&self, connection: &mut Connection, turn: usize) -> Result<(), String> {
        let number = self.first_id.wrapping_mul(1_000_000).wrapping_add_unsigned(turn as u64);
        let message = json!({
            "ToUserName": "gh_0123456789ab", "FromUserName": "oPlatform", "CreateTime": now_ms() / 1_000,
            "MsgType": "event", "Event": "xpay_goods_deliver_notify", "OpenId": "oABCDEFGHIJKLMNOPQRSTUVWXYZ0",
            "OutTradeNo": number.to_string(), "Env": 0, "GoodsInfo": { "ProductId": "sword", "Quantity": 1 },
        });
        let request = post(&path(), None, &message.to_string());
        let answer = connection.call(&request).await.map_err(|error| error.to_string())?;
        if self.must_succeed { answer.succeeded() } else { Ok(()) }
    }
}

impl Pushes {
    /// Payments that nobody has pushed before.
    pub(crate) fn new() -> Self {
        Self { first_id: now_ms(), must_succeed: true }
    }
}

/// Payments that come at a steady rate.
struct Paced {
    pushes: Pushes,
    begun: Instant,
}

impl Script for Paced {
    async fn play(&self, connection: &mut Connection, turn: usize) -> Result<(), String> {
        let at = self.begun + PACE.saturating_mul(u32::try_from(turn).unwrap_or(u32::MAX));
        sleep_until(at.into()).await;
        self.pushes.play(connection, turn).await
    }
}

/// The address that pushes are sent to, signed.
pub(crate) fn path() -> String {
    let mut parts = [TOKEN, "1714112445", "415670741"];
    parts.sort_unstable();
    let digest = Sha1::digest(parts.concat());
    let signature = digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    format!("/wechat/push/{APP}?signature={signature}&timestamp=1714112445&nonce=415670741")
}

/// The 99th percentile of a few hundred logins, one after the other, in milliseconds.
fn logins(world: &World, address: SocketAddr) -> Result<f64, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(async {
        let mut connection = Connection::open(address).await.map_err(|error| error.to_string())?;
        let mut times = Vec::new();
        for number in 0..300 {
            let user = world.user(format!("oLogin{number}"))?;
            let login =
                world.simulator().wx_login(APP, user, "phone-1").map_err(|error| error.to_string())?;
            let body = json!({ "app_id": APP, "code": login.code }).to_string();
            let request = post("/v1/login", None, &body);
            let begun = now();
            let answer = connection.call(&request).await.map_err(|error| error.to_string())?;
            answer.succeeded()?;
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        Ok(times[times.len() * 99 / 100].as_secs_f64() * 1_000.0)
    })
}

/// How many messages in the inbox a back end has dealt with.
fn delivered(database_url: &str) -> Result<usize, String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let counted: Result<Option<i64>, sea_orm::DbErr> = runtime.block_on(async {
        let database = Database::connect(database_url).await?;
        let query = Query::select()
            .expr_as(Func::count(Expr::col("id")), "messages")
            .from("push_inbox")
            .and_where(Expr::col("state").eq("delivered"))
            .take();
        let row = database.query_one(&query).await?;
        row.map(|row| row.try_get("", "messages")).transpose()
    });
    let counted = counted.map_err(|error| error.to_string())?.unwrap_or_default();
    usize::try_from(counted).map_err(|error| error.to_string())
}

/// A back end that says `success`, and counts how often it was sent each order.
pub(crate) struct BackEnd {
    address: SocketAddr,
    state: Arc<Orders>,
}

#[derive(Default)]
struct Orders {
    seen: Mutex<HashMap<String, usize>>,
    hangs: AtomicBool,
}

impl BackEnd {
    pub(crate) fn start() -> Result<Self, String> {
        let (address, state) = (free_address()?, Arc::new(Orders::default()));
        let router = Router::new().route("/", routing::post(take)).with_state(Arc::clone(&state));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let listener = runtime.block_on(tokio::net::TcpListener::bind(address));
        let listener = listener.map_err(|error| error.to_string())?;
        thread::spawn(move || runtime.block_on(async { axum::serve(listener, router).await }));
        Ok(Self { address, state })
    }

    fn hang(&self) {
        self.state.hangs.store(true, Ordering::Relaxed);
    }

    /// How many orders it was sent, and how many of them more than once.
    fn seen(&self) -> (usize, usize) {
        let seen = self.state.seen.lock().unwrap_or_else(PoisonError::into_inner);
        (seen.len(), seen.values().filter(|times| **times > 1).count())
    }
}

async fn take(
    State(orders): State<Arc<Orders>>,
    Json(body): Json<Value>,
) -> Result<&'static str, StatusCode> {
    if orders.hangs.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
    let order = body["data"]["message"]["OutTradeNo"].as_str().ok_or(StatusCode::BAD_REQUEST)?.to_owned();
    *orders.seen.lock().unwrap_or_else(PoisonError::into_inner).entry(order).or_default() += 1;
    Ok("success")
}
