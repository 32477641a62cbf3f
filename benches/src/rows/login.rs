//! Rows 3, 4 and 8: logins and registrations, with a slow WeChat.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::{Value, json};
use wechat_simulator::{Simulator, UserId};

use super::{Database, Effort, Rows, Side, turns};
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

/// A new user logs in and registers.
struct Registrations(Phones);

/// The number of new users so far: no two servers see the same one.
static NEW_USERS: AtomicUsize = AtomicUsize::new(0);

impl Script for Registrations {
    async fn play(&self, connection: &mut Connection, _: usize) -> Result<(), String> {
        let number = NEW_USERS.fetch_add(1, Ordering::Relaxed);
        let new_user = wechat_simulator::NewUser {
            nickname: Some("小明😀".to_owned()),
            openids: [(APP.to_owned(), format!("oNew{number}"))].into(),
            ..wechat_simulator::NewUser::default()
        };
        let simulator = &self.0.simulator;
        let user = simulator.create_user(new_user).map_err(|refusal| format!("{refusal:?}"))?;
        let login = self.0.log_in(connection, user).await?;
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

fn logins(world: &World, database: &Database) -> Result<Arc<Logins>, String> {
    let spread = database.users / KNOWN_USERS.min(database.users);
    let openids = (0..KNOWN_USERS.min(database.users)).map(|number| openid(number * spread));
    Ok(Arc::new(Logins(Phones::new(world, openids)?)))
}

fn registrations(world: &World) -> Result<Arc<Registrations>, String> {
    Ok(Arc::new(Registrations(Phones::new(world, std::iter::empty())?)))
}

/// Row 3: a known user logs in.
pub(crate) fn known(world: &World, database: &Database, effort: Effort) -> Rows {
    let target = if database.kind == "MySQL" { 0.90 } else { 0.97 };
    let ours = known_logins(world, database, effort)?;
    let bare = turns(bare(world)?, CONNECTIONS, effort, logins(world, database)?);
    let duel = world.with_slow_wechat(|| Duel::play(effort.rounds, bare, ours))?;
    let what = format!("login of a known user, {} users, {}", database.users, database.kind);
    Ok(vec![duel.line("3", what, "only the exchange", target)])
}

/// The server's side of row 3.
pub(super) fn known_logins(world: &World, database: &Database, effort: Effort) -> Result<Side, String> {
    let server = serve(world, &database.settings(CACHED))?;
    log_everybody_in(world, database, server.address())?;
    Ok(turns(server, CONNECTIONS, effort, logins(world, database)?))
}

/// Logs each user in once, so that every key ring holds the current key.
pub(super) fn log_everybody_in(world: &World, database: &Database, server: SocketAddr) -> Result<(), String> {
    run(server, CONNECTIONS, 0, Until::Turns(KNOWN_USERS), logins(world, database)?).map(|_| ())
}

/// Row 4: a first login, then a registration.
pub(crate) fn first(world: &World, database: &Database, effort: Effort) -> Rows {
    let target = if database.kind == "MySQL" { 0.80 } else { 0.95 };
    let bare = turns(bare(world)?, CONNECTIONS, effort, registrations(world)?);
    let ours = first_logins(world, database, effort)?;
    let duel = world.with_slow_wechat(|| Duel::play(effort.rounds, bare, ours))?;
    let what = format!("first login, then register, {} users, {}", database.users, database.kind);
    Ok(vec![duel.line("4", what, "only the exchange, then a bare route", target)])
}

/// The server's side of row 4.
pub(super) fn first_logins(world: &World, database: &Database, effort: Effort) -> Result<Side, String> {
    let server = serve(world, &database.settings(CACHED))?;
    Ok(turns(server, CONNECTIONS, effort, registrations(world)?))
}

/// Row 8: logins with many users stored, compared with logins with few.
pub(crate) fn many_against_few(world: &World, few: &Database, many: &Database, effort: Effort) -> Rows {
    let (small, large) = (known_logins(world, few, effort)?, known_logins(world, many, effort)?);
    let duel = world.with_slow_wechat(|| Duel::play(effort.rounds, small, large))?;
    let what = format!("login of a known user, {} users stored, {}", many.users, many.kind);
    Ok(vec![duel.line("8", what, &format!("{} users stored", few.users), 0.90)])
}
