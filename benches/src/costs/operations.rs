//! What the day of a Mini Program consists of, as operations that can be repeated.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::json;

use super::{CONNECTIONS, USERS};
use crate::{
    load::{Connection, Script, Until, delete, get, post, post_as, run},
    pushes::{BackEnd, Pushes, relay_variables},
    rows::{
        Database,
        login::{logins, phone_registrations, registrations},
        session_check::Checks,
        signature::{OFFER_VARIABLES, Signatures},
        verification::{introspections, verifications},
    },
    seed::token,
    servers::Server,
    world::{APP, INDEX_KEY, SERVICE, SERVICE_SECRET, World, service_authorization},
};

/// One thing that is asked of the server.
pub(super) struct Operation {
    /// Its name in the JSON.
    pub(super) id: &'static str,
    pub(super) what: &'static str,
    /// Turns before anything is measured.
    pub(super) warm_up: usize,
    /// Turns that are measured.
    pub(super) turns: usize,
    /// Plays so many turns.
    pub(super) play: Box<dyn Fn(usize) -> Result<(), String>>,
}

impl Operation {
    fn new<S: Script>(
        server: &Server,
        (id, what): (&'static str, &'static str),
        turns: usize,
        script: Arc<S>,
    ) -> Self {
        let (address, played) = (server.address(), AtomicUsize::new(0));
        let play = move |turns| {
            let first = played.fetch_add(turns, Ordering::Relaxed);
            run(address, CONNECTIONS, first, Until::Turns(turns), script.clone()).map(|_| ())
        };
        Self { id, what, warm_up: turns / 10, turns, play: Box::new(play) }
    }

    /// One that can only be done once for each user.
    fn once_for_each_user(self) -> Self {
        Self { warm_up: 0, turns: self.turns.min(USERS), ..self }
    }
}

/// Sends one request after another, each of which succeeds.
struct Requests(Vec<Vec<u8>>);

impl Requests {
    fn for_each_user(request: impl Fn(usize) -> Vec<u8>) -> Arc<Self> {
        Arc::new(Self((0..USERS).map(request).collect()))
    }
}

impl Script for Requests {
    async fn play(&self, connection: &mut Connection, turn: usize) -> Result<(), String> {
        let request = &self.0[turn % self.0.len()];
        let answer = connection.call(request).await.map_err(|error| error.to_string())?;
        if matches!(answer.status, 200 | 204) {
            return Ok(());
        }
        Err(format!("{}: {}", answer.status, String::from_utf8_lossy(answer.body)))
    }
}

/// Everybody changes their nickname, again and again.
struct ProfileChanges;

impl Script for ProfileChanges {
    async fn play(&self, connection: &mut Connection, turn: usize) -> Result<(), String> {
        let body = json!({ "nickname": format!("小明 {turn}") }).to_string();
        let request = post("/v1/me", Some(&token(turn % USERS)), &body);
        connection.call(&request).await.map_err(|error| error.to_string())?.succeeded()
    }
}

/// What the server is told, so that it does everything that is measured.
pub(super) fn variables(world: &World) -> Result<Vec<(&'static str, String)>, String> {
    // It serves until the program ends.
    let back_end = BackEnd::start()?;
    let mut variables = Vec::from(relay_variables(world, &back_end)?);
    let others = [
        ("YAOSHI_APP__REGISTRATION", "open_data, phone"),
        ("YAOSHI_SECRETS__INDEX_KEY", INDEX_KEY),
        ("YAOSHI_HTTP__PUBLIC_URL", "https://login.example.org"),
        ("YAOSHI_SERVICE__ID", SERVICE),
        ("YAOSHI_SERVICE__SECRET", SERVICE_SECRET),
        ("YAOSHI_SERVICE__SCOPES", "introspect, sign, access_token"),
    ];
    let others = others.into_iter().chain(OFFER_VARIABLES);
    variables.extend(others.map(|(name, value)| (name, value.to_owned())));
    Ok(variables)
}

/// A check of a session by a server that caches none.
pub(super) fn missed(server: &Server, turns: usize) -> Operation {
    let name = ("check_stored", "session check, from the database");
    Operation::new(server, name, turns, Checks::new(USERS))
}

/// Everything else, in the order in which it is measured: logouts come last, since they end the sessions.
pub(super) fn operations(
    world: &World,
    database: &Database,
    server: &Server,
    turns: usize,
) -> Result<Vec<Operation>, String> {
    // Ticks of a hundredth of a second are too coarse for fewer.
    let many = 10 * turns;
    let me = Requests::for_each_user(|user| get("/v1/me", &token(user)));
    let body = json!({ "app_id": APP }).to_string();
    let authorization = service_authorization();
    let access_token = Requests(vec![post_as("/service/v1/access-token", Some(&authorization), &body)]);
    let logouts = Requests::for_each_user(|user| delete("/v1/session", &token(user)));
    Ok(vec![
        Operation::new(server, ("check_cached", "session check, from the cache"), many, Checks::new(USERS)),
        Operation::new(server, ("verify", "`GET /v1/verify`, with an assertion"), many, verifications(USERS)),
        Operation::new(server, ("introspect", "`POST /oauth/introspect`"), many, introspections(USERS)),
        Operation::new(
            server,
            ("access_token", "an access token for a service"),
            many,
            Arc::new(access_token),
        ),
        Operation::new(server, ("profile_read", "`GET /v1/me`"), turns, me),
        Operation::new(server, ("profile_change", "a changed profile"), turns, Arc::new(ProfileChanges)),
        Operation::new(server, ("login", "login of a known user"), turns, logins(world, database)?),
        Operation::new(
            server,
            ("register_open_data", "first login and registration with open data"),
            turns,
            registrations(world)?,
        ),
        Operation::new(
            server,
            ("register_phone", "first login and registration by phone, repeatable"),
            turns,
            phone_registrations(world, true)?,
        ),
        Operation::new(server, ("signature", "signature of a payment"), turns, Signatures::new(USERS)),
        Operation::new(server, ("push", "a push, relayed to a back end"), turns, Arc::new(Pushes::new())),
        Operation::new(server, ("logout", "logout"), turns, logouts).once_for_each_user(),
    ])
}
