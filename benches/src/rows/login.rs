//! Rows 3, 4 and 8: logins and registrations, with a WeChat that takes its time.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use wechat_simulator::{Simulator, UserId};

use super::{Effort, Filled, Rows};
use crate::{
    load::{Connection, Script, Until, post, run},
    seed::openid,
    servers::{bare, serve},
    table::Duel,
    world::{APP, World},
};

const CONNECTIONS: usize = 64;

/// How many sessions the server may cache.
const CACHED: usize = 100_000;

/// How many of the stored users log in.
const KNOWN_USERS: usize = 1_000;

struct Phones {
    simulator: Simulator,
    users: Vec<UserId>,
}

impl Phones {
    fn new(world: &World, openids: impl Iterator<Item = String>) -> Result<Self, String> {
        let users = openids.map(|openid| world.user(openid)).collect::<Result<_, _>>()?;
        Ok(Self { simulator: world.simulator().clone(), users })
    }

    async fn log_in(&self, connection: &mut Connection, user: UserId) -> Result<Value, String> {
        let login =
            self.simulator.wx_login(APP, user, "phone-1").map_err(|refusal| format!("{refusal:?}"))?;
        let body = json!({ "app_id": APP, "code": login.code }).to_string();
        answer(connection, &post("/v1/login", None, &body)).await
    }
}

async fn answer(connection: &mut Connection, request: &[u8]) -> Result<Value, String> {
    let answer = connection.call(request).await.map_err(|error| error.to_string())?;
    if !matches!(answer.status, 200 | 201) {
        return Err(format!("{}: {}", answer.status, String::from_utf8_lossy(answer.body)));
    }
    serde_json::from_slice(answer.body).map_err(|error| error.to_string())
}

/// Known users log in, one after the other.
struct Logins(Phones);

impl Script for Logins {
    async fn play(&self, connection: &mut Connection, turn: usize) -> Result<(), String> {
        let user = self.0.users[turn % self.0.users.len()];
        let login = self.0.log_in(connection, user).await?;
        if login["state"] == "registered" { Ok(()) } else { Err(format!("{login}")) }
    }
}

/// Somebody new logs in and registers.
struct Registrations {
    phones: Phones,
    newcomers: AtomicUsize,
    series: &'static str,
}

impl Script for Registrations {
    async fn play(&self, connection: &mut Connection, _: usize) -> Result<(), String> {
        let number = self.newcomers.fetch_add(1, Ordering::Relaxed);
        let newcomer = wechat_simulator::NewUser {
            nickname: Some("小明😀".to_owned()),
            openids: [(APP.to_owned(), format!("o{}{number}", self.series))].into(),
            ..wechat_simulator::NewUser::default()
        };
        let simulator = &self.phones.simulator;
        let user = simulator.create_user(newcomer).map_err(|refusal| format!("{refusal:?}"))?;
        let login = self.phones.log_in(connection, user).await?;
        let token = login["token"].as_str().ok_or("no token")?;
        let data = simulator.get_user_info(APP, user, false).map_err(|refusal| format!("{refusal:?}"))?;
        let body = json!({
            "raw_data": data.raw_data,
            "signature": data.signature,
            "encrypted_data": data.encrypted_data,
            "iv": data.iv,
        });
        answer(connection, &post("/v1/register", Some(token), &body.to_string())).await.map(|_| ())
    }
}

fn turn<S: Script>(address: SocketAddr, effort: Effort, script: &Arc<S>) -> Result<f64, String> {
    run(address, CONNECTIONS, 0, Until::Elapsed(Duration::from_secs(effort.seconds)), script.clone())
}

fn logins(world: &World, filled: &Filled) -> Result<Arc<Logins>, String> {
    let spread = filled.users / KNOWN_USERS.min(filled.users);
    let openids = (0..KNOWN_USERS.min(filled.users)).map(|number| openid(number * spread));
    Ok(Arc::new(Logins(Phones::new(world, openids)?)))
}

/// Row 3: a known user logs in.
pub(crate) fn known(world: &World, filled: &Filled, effort: Effort) -> Rows {
    let target = if filled.kind == "MySQL" { 0.90 } else { 0.97 };
    let (bare, yaoshi) = (bare(world)?, serve(world, &filled.settings(CACHED))?);
    let logins = logins(world, filled)?;
    // Everybody once, so that every ring holds its key.
    run(yaoshi.address, CONNECTIONS, 0, Until::Turns(KNOWN_USERS), logins.clone())?;
    world.slow_down_wechat();
    let duel = Duel::play(
        effort.rounds,
        || turn(bare.address, effort, &logins),
        || turn(yaoshi.address, effort, &logins),
    );
    world.speed_up_wechat();
    let what = format!("login of a known user, {} users, {}", filled.users, filled.kind);
    Ok(vec![duel?.line("3", what, "only the exchange", target)])
}

/// Row 4: a first login, then a registration.
pub(crate) fn first(world: &World, filled: &Filled, effort: Effort) -> Rows {
    let target = if filled.kind == "MySQL" { 0.80 } else { 0.95 };
    let (bare, yaoshi) = (bare(world)?, serve(world, &filled.settings(CACHED))?);
    let series = |series| -> Result<_, String> {
        let phones = Phones::new(world, std::iter::empty())?;
        Ok(Arc::new(Registrations { phones, newcomers: AtomicUsize::new(0), series }))
    };
    let theirs = series(if filled.kind == "MySQL" { "BareMySql" } else { "BareSqlite" })?;
    let ours = series(if filled.kind == "MySQL" { "NewMySql" } else { "NewSqlite" })?;
    world.slow_down_wechat();
    let duel = Duel::play(
        effort.rounds,
        || turn(bare.address, effort, &theirs),
        || turn(yaoshi.address, effort, &ours),
    );
    world.speed_up_wechat();
    let what = format!("first login, then register, {} users, {}", filled.users, filled.kind);
    Ok(vec![duel?.line("4", what, "only the exchange, then a bare route", target)])
}

/// Row 8: logins with many users stored, held against logins with few.
pub(crate) fn many_against_few(world: &World, few: &Filled, many: &Filled, effort: Effort) -> Rows {
    let (small, large) = (serve(world, &few.settings(CACHED))?, serve(world, &many.settings(CACHED))?);
    let (few_logins, many_logins) = (logins(world, few)?, logins(world, many)?);
    run(small.address, CONNECTIONS, 0, Until::Turns(KNOWN_USERS), few_logins.clone())?;
    run(large.address, CONNECTIONS, 0, Until::Turns(KNOWN_USERS), many_logins.clone())?;
    world.slow_down_wechat();
    let duel = Duel::play(
        effort.rounds,
        || turn(small.address, effort, &few_logins),
        || turn(large.address, effort, &many_logins),
    );
    world.speed_up_wechat();
    let what = format!("login of a known user, {} users stored, {}", many.users, many.kind);
    Ok(vec![duel?.line("8", what, &format!("{} users stored", few.users), 0.90)])
}
