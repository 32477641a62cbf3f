//! Row 6: from the start of the process to the first login answered.

use std::{
    env,
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::json;

use super::{Database, Effort, Rows};
use crate::{
    load::{Connection, now, post},
    servers::{Settings, free_address, yaoshi},
    table::{Measurement, median},
    world::{APP, World},
};

/// How many sessions the server may cache.
const CACHED: usize = 100_000;

/// Measures how many milliseconds longer a start takes than the baseline.
pub(crate) fn measure(world: &World, database: &Database, effort: Effort) -> Rows {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let user = world.user(format!("oStart{}{}", database.kind, database.users))?;
    let ways = [(database.kind.to_owned(), Some(database.settings(CACHED)))];
    let over_tls = (format!("{} over TLS", database.kind), database.settings_over_tls(CACHED));
    let ways = ways.into_iter().chain([over_tls]);
    ways.filter_map(|(way, settings)| Some((way, settings?)))
        .map(|(way, settings)| {
            let (mut nothing, mut ours) = (Vec::new(), Vec::new());
            for _ in 0..(effort.rounds * 2).max(6) {
                nothing.push(run_nothing()?);
                ours.push(runtime.block_on(first_login(world, &settings, user))?);
            }
            Ok(line(&way, database, median(nothing), median(ours)))
        })
        .collect()
}

fn line(way: &str, database: &Database, nothing: f64, ours: f64) -> Measurement {
    let limit = if database.kind == "MySQL" { 40.0 } else { 25.0 };
    let over = ours - nothing;
    Measurement {
        row: "6",
        what: format!("process start to the first login answered, {} users, {way}", database.users),
        baseline: format!("a program that does nothing: {nothing:.1} ms"),
        result: format!("**{over:.1} ms** over it"),
        target: format!("< {limit:.0} ms"),
        reached: Some(over < limit),
    }
}

fn run_nothing() -> Result<f64, String> {
    let own = env::current_exe().map_err(|error| error.to_string())?;
    let begun = now();
    let status = Command::new(own.with_file_name("yaoshi-bench-true")).status();
    status.map_err(|error| error.to_string())?;
    Ok(milliseconds(begun.elapsed()))
}

struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        // Both fail only where the process is gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn first_login(
    world: &World,
    settings: &Settings,
    user: wechat_simulator::UserId,
) -> Result<f64, String> {
    let address = free_address()?;
    let mut command = yaoshi(world, settings, "serve");
    command.env("YAOSHI_HTTP__LISTEN", address.to_string());
    let code = world.simulator().wx_login(APP, user, "phone-1").map_err(|refusal| format!("{refusal:?}"))?;
    let body = json!({ "app_id": APP, "code": code.code }).to_string();
    let begun = now();
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let _started = Started(child.map_err(|error| error.to_string())?);
    let mut connection = connect(address).await?;
    let answer = connection.call(&post("/v1/login", None, &body)).await.map_err(|error| error.to_string())?;
    if answer.status != 200 {
        return Err(format!("{}: {}", answer.status, String::from_utf8_lossy(answer.body)));
    }
    Ok(milliseconds(begun.elapsed()))
}

/// Retries until the server accepts the connection.
async fn connect(address: SocketAddr) -> Result<Connection, String> {
    let begun = now();
    loop {
        match Connection::open(address).await {
            Ok(connection) => return Ok(connection),
            Err(error) if begun.elapsed() > Duration::from_secs(20) => return Err(error.to_string()),
            Err(_) => tokio::time::sleep(Duration::from_micros(200)).await,
        }
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
