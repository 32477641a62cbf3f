//! Rows 3, 4, 8, 11 and 15: logins and registrations, with a slow WeChat.

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

use super::{Database, Effort, Rows, Side, turns};
use crate::{
    load::{Connection, Script, Until, post, post_with, run},
    seed::openid,
    servers::{bare, serve, serve_with},
    table::Duel,
    world::{APP, INDEX_KEY, World},
};

const CONNECTIONS: usize = 64;

/// How many sessions the server may cache.
const CACHED: usize = 100_000;

/// How many of the stored users log in.
const KNOWN_USERS: usize = 1_000;

/// Phones of WeChat users.
pub(crate) struct Phones {
    simulator: Simulator,
    users: Vec<UserId>,
}

impl Phones {
    pub(crate) fn new(world: &World, openids: impl Iterator<Item = String>) -> Result<Self, String> {
        let users = openids.map(|openid| world.user(openid)).collect::<Result<_, _>>()?;
        Ok(Self { simulator: world.simulator().clone(), users })
    }

    /// A WeChat user who was never seen before.
    pub(crate) fn new_user(&self) -> Result<UserId, String> {
        let number = NEW_USERS.fetch_add(1, Ordering::Relaxed);
        let new_user = wechat_simulator::NewUser {
            nickname: Some("小明😀".to_owned()),
            openids: [(APP.to_owned(), format!("oNew{number}"))].into(),
            phone_number: Some(format!("13{number:09}")),
            ..wechat_simulator::NewUser::default()
        };
        self.simulator.create_user(new_user).map_err(|refusal| format!("{refusal:?}"))
    }

    /// Logs in a user who was never seen before, and returns the token.
    async fn log_in_new(&self, connection: &mut Connection) -> Result<(UserId, String), String> {
        let user = self.new_user()?;
        let login = self.log_in(connection, user).await?;
        let token = login["token"].as_str().ok_or("no token")?;
        Ok((user, token.to_owned()))
    }

    pub(crate) async fn log_in(&self, connection: &mut Connection, user: UserId) -> Result<Value, String> {
        let login =
            self.simulator.wx_login(APP, user, "phone-1").map_err(|refusal| format!("{refusal:?}"))?;
        let body = json!({ "app_id": APP, "code": login.code }).to_string();
        answer(connection, &post("/v1/login", None, &body)).await
    }

    /// Registers a user who has logged in, with open data.
    pub(crate) async fn register(
        &self,
        connection: &mut Connection,
        (user, token): (UserId, &str),
    ) -> Result<Value, String> {
        let data =
            self.simulator.get_user_info(APP, user, false).map_err(|refusal| format!("{refusal:?}"))?;
        let body = json!({
            "raw_data": data.raw_data,
            "signature": data.signature,
            "encrypted_data": data.encrypted_data,
            "iv": data.iv,
        });
        answer(connection, &post("/v1/register", Some(token), &body.to_string())).await
    }

    /// Registers a user who has logged in, by phone.
    pub(crate) async fn register_by_phone(
        &self,
        connection: &mut Connection,
        (user, token): (UserId, &str),
        is_repeatable: bool,
    ) -> Result<Value, String> {
        let detail = self.simulator.get_phone_number(APP, user).map_err(|refusal| format!("{refusal:?}"))?;
        let body = json!({ "phone_code": detail.code }).to_string();
        let authorization = format!("Bearer {token}");
        let mut headers = vec![("authorization", &*authorization)];
        headers.extend(is_repeatable.then_some(("idempotency-key", &*detail.code)));
        answer(connection, &post_with("/v1/register", &headers, &body)).await
    }
}

/// Sends a request, and reads the JSON of its answer. Refuses every other status than 200 and 201.
pub(crate) async fn answer(connection: &mut Connection, request: &[u8]) -> Result<Value, String> {
    let answer = connection.call(request).await.map_err(|error| error.to_string())?;
    if !matches!(answer.status, 200 | 201) {
        return Err(format!("{}: {}", answer.status, String::from_utf8_lossy(answer.body)));
    }
    serde_json::from_slice(answer.body).map_err(|error| error.to_string())
}

/// Known users log in, one after the other.
pub(crate) struct Logins(Phones);

impl Script for Logins {
    async fn play(&self, connection: &mut Connection, turn: usize) -> Result<(), String> {
        let user = self.0.users[turn % self.0.users.len()];
        let login = self.0.log_in(connection, user).await?;
        if login["state"] == "registered" { Ok(()) } else { Err(format!("{login}")) }
    }
}

/// Known users log in, one after the other, but for every tenth, whose code WeChat does not know.
struct FailingLogins(Arc<Logins>);

/// The number of codes that WeChat does not know, so far: one that was refused is not asked about again.
static UNKNOWN_CODES: AtomicUsize = AtomicUsize::new(0);

impl Script for FailingLogins {
    async fn play(&self, connection: &mut Connection, turn: usize) -> Result<(), String> {
        if !turn.is_multiple_of(10) {
            return self.0.play(connection, turn).await;
        }
        refused_login(connection).await
    }
}

/// Logs in with a code that WeChat does not know.
pub(crate) async fn refused_login(connection: &mut Connection) -> Result<(), String> {
    let code = format!("0unknown{:024}", UNKNOWN_CODES.fetch_add(1, Ordering::Relaxed));
    let body = json!({ "app_id": APP, "code": code }).to_string();
    let answer = connection.call(&post("/v1/login", None, &body)).await.map_err(|error| error.to_string())?;
    let problem: Value = serde_json::from_slice(answer.body).map_err(|error| error.to_string())?;
    if problem["code"] == "invalid_code" { Ok(()) } else { Err(format!("{}: {problem}", answer.status)) }
}

/// A new user logs in and registers.
pub(crate) struct Registrations(Phones);

/// The number of new users so far: no two servers see the same one.
static NEW_USERS: AtomicUsize = AtomicUsize::new(0);

impl Script for Registrations {
    async fn play(&self, connection: &mut Connection, _: usize) -> Result<(), String> {
        let (user, token) = self.0.log_in_new(connection).await?;
        self.0.register(connection, (user, &token)).await.map(|_| ())
    }
}

/// A new user logs in and registers by phone.
pub(crate) struct PhoneRegistrations {
    phones: Phones,
    /// Whether the registration can be repeated: then its code is claimed on record, and its number too.
    is_repeatable: bool,
}

impl Script for PhoneRegistrations {
    async fn play(&self, connection: &mut Connection, _: usize) -> Result<(), String> {
        let Self { phones, is_repeatable } = self;
        let (user, token) = phones.log_in_new(connection).await?;
        phones.register_by_phone(connection, (user, &token), *is_repeatable).await.map(|_| ())
    }
}

pub(crate) fn logins(world: &World, database: &Database) -> Result<Arc<Logins>, String> {
    let spread = database.users / KNOWN_USERS.min(database.users);
    let openids = (0..KNOWN_USERS.min(database.users)).map(|number| openid(number * spread));
    Ok(Arc::new(Logins(Phones::new(world, openids)?)))
}

pub(crate) fn registrations(world: &World) -> Result<Arc<Registrations>, String> {
    Ok(Arc::new(Registrations(Phones::new(world, std::iter::empty())?)))
}

pub(crate) fn phone_registrations(
    world: &World,
    is_repeatable: bool,
) -> Result<Arc<PhoneRegistrations>, String> {
    Ok(Arc::new(PhoneRegistrations { phones: Phones::new(world, std::iter::empty())?, is_repeatable }))
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
pub(crate) fn log_everybody_in(world: &World, database: &Database, server: SocketAddr) -> Result<(), String> {
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

/// Row 11: a first login, then a registration by phone, compared with one by open data. Both ask the same server.
/// By phone WeChat is asked twice: there are so many connections that waiting for it is not what limits either.
pub(crate) fn by_phone(world: &World, database: &Database, effort: Effort) -> Rows {
    const CONNECTIONS: usize = 256;
    let variables =
        [("YAOSHI_APP__REGISTRATION", "open_data, phone"), ("YAOSHI_SECRETS__INDEX_KEY", INDEX_KEY)];
    let server = serve_with(world, &database.settings(CACHED), &variables)?;
    let (address, until) = (server.address(), Until::Elapsed(Duration::from_secs(effort.seconds)));
    let mut lines = Vec::new();
    for (is_repeatable, how) in [(false, "without a key to repeat it"), (true, "with a key to repeat it")] {
        let open_data = registrations(world)?;
        let by_phone = phone_registrations(world, is_repeatable)?;
        let duel = world.with_slow_wechat(|| {
            Duel::play(
                effort.rounds,
                || run(address, CONNECTIONS, 0, until, open_data.clone()),
                || run(address, CONNECTIONS, 0, until, by_phone.clone()),
            )
        })?;
        let Database { users, kind, .. } = database;
        let what = format!("first login, then register by phone, {how}, {users} users, {kind}");
        lines.push(duel.line("11", what, "first login, then register by open data", 0.90));
    }
    Ok(lines)
}

/// Row 15: logins of which every tenth fails and leaves a diagnosis, compared with a server that writes none.
pub(crate) fn diagnosed(world: &World, database: &Database, effort: Effort) -> Rows {
    let side = |per_second| {
        let server =
            serve_with(world, &database.settings(CACHED), &[("YAOSHI_DIAGNOSES__PER_SECOND", per_second)])?;
        log_everybody_in(world, database, server.address())?;
        let script = Arc::new(FailingLogins(logins(world, database)?));
        Ok::<_, String>(turns(server, CONNECTIONS, effort, script))
    };
    let (without, with) = (side("0")?, side("50")?);
    let duel = world.with_slow_wechat(|| Duel::play(effort.rounds, without, with))?;
    let Database { users, kind, .. } = database;
    let what =
        format!("logins of which every tenth fails, with 50 diagnoses a second, {users} users, {kind}");
    Ok(vec![duel.line("15", what, "the same without diagnoses", 0.98)])
}

/// Row 8: logins with many users stored, compared with logins with few.
pub(crate) fn many_against_few(world: &World, few: &Database, many: &Database, effort: Effort) -> Rows {
    let (small, large) = (known_logins(world, few, effort)?, known_logins(world, many, effort)?);
    let duel = world.with_slow_wechat(|| Duel::play(effort.rounds, small, large))?;
    let what = format!("login of a known user, {} users stored, {}", many.users, many.kind);
    Ok(vec![duel.line("8", what, &format!("{} users stored", few.users), 0.90)])
}
