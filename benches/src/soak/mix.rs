//! The load: what people and back ends do, in the shares that a Mini Program sees.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use wechat_simulator::UserId;

use crate::{
    load::{Connection, Script, delete, get, now, post},
    pushes,
    rows::{
        login::{Phones, refused_login},
        signature,
    },
    world::{APP, World, now_ms},
};

/// How many registered people come back again and again, those apart who are in the midst of a step. A prime, so that
/// nobody gets the same steps each time.
const REGULARS: usize = 997;

/// How many people who registered wait until they erase their accounts.
const NEWCOMERS: usize = 50;

/// How old a login may be to erase an account: less than the server's five minutes.
const FRESH: Duration = Duration::from_mins(4);

/// Something that a person or a back end does.
#[derive(Clone, Copy)]
enum Step {
    CheckSession,
    LogIn,
    ReadProfile,
    ChangeProfile,
    Register,
    RegisterByPhone,
    Erase,
    Sign,
    LogOut,
    Push,
    FailToLogIn,
}

/// How many of a hundred steps are which.
///
/// A back end checks the session with each request of its own, so checks come first by far, and would be more yet if
/// they did not hide everything else. A phone logs in each time the app is opened. Whoever reads or edits a profile,
/// pays, or logs out has opened the app before, so these are a few in a hundred. Registrations are rarer in an app that
/// has its users, and as common as here in one that has just been advertised: they write the most rows, which is what a
/// soak is for. As many people erase their accounts as register, far more than will: so the number of people stays the
/// same. Of the logins, one in twenty brings a code that WeChat does not know.
const SHARES: [(Step, usize); 11] = [
    (Step::CheckSession, 52),
    (Step::LogIn, 18),
    (Step::ReadProfile, 5),
    (Step::ChangeProfile, 3),
    (Step::Register, 6),
    (Step::RegisterByPhone, 2),
    (Step::Erase, 8),
    (Step::Sign, 3),
    (Step::LogOut, 1),
    (Step::Push, 1),
    (Step::FailToLogIn, 1),
];

/// The step of this turn: in an order that looks random, and the same in every run.
fn step(turn: usize) -> Step {
    // The golden ratio's multiples are spread evenly.
    let mut share = (turn.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) % 100;
    for (step, count) in SHARES {
        if share < count {
            return step;
        }
        share -= count;
    }
    Step::CheckSession
}

/// Somebody with a phone.
struct Person {
    user: UserId,
    session: Option<LoggedIn>,
}

struct LoggedIn {
    token: String,
    at: Instant,
}

/// The people. Each is in one place at a time, so that nobody's session ends in the midst of another step of theirs.
pub(super) struct Mix {
    phones: Phones,
    regulars: Mutex<VecDeque<Person>>,
    newcomers: Mutex<VecDeque<Person>>,
    /// WeChat users without an account.
    strangers: Mutex<VecDeque<UserId>>,
    /// How old a session may become before its person logs in again.
    renew_after: Duration,
}

impl Script for Mix {
    async fn play(&self, connection: &mut Connection, turn: usize) -> Result<(), String> {
        match step(turn) {
            Step::Register => self.register(connection, false).await,
            Step::RegisterByPhone => self.register(connection, true).await,
            Step::Erase => self.erase(connection).await,
            Step::Push => push(connection, turn).await,
            Step::FailToLogIn => refused_login(connection).await,
            step @ (Step::CheckSession
            | Step::LogIn
            | Step::ReadProfile
            | Step::ChangeProfile
            | Step::Sign
            | Step::LogOut) => self.as_regular(connection, step, turn).await,
        }
    }
}

impl Mix {
    pub(super) fn new(world: &World, renew_after: Duration) -> Result<Self, String> {
        Ok(Self {
            phones: Phones::new(world, std::iter::empty())?,
            regulars: Mutex::default(),
            newcomers: Mutex::default(),
            strangers: Mutex::default(),
            renew_after,
        })
    }

    async fn as_regular(&self, connection: &mut Connection, step: Step, turn: usize) -> Result<(), String> {
        let regular = {
            let mut regulars = lock(&self.regulars);
            if regulars.len() < REGULARS { None } else { regulars.pop_front() }
        };
        let Some(mut person) = regular else {
            // Nobody is free yet: one more person becomes a regular.
            let person = self.registered(connection, false).await?;
            lock(&self.regulars).push_back(person);
            return Ok(());
        };
        let outcome = self.act(connection, &mut person, step, turn).await;
        if outcome.is_err() {
            person.session = None;
        }
        lock(&self.regulars).push_back(person);
        outcome
    }

    async fn act(
        &self,
        connection: &mut Connection,
        person: &mut Person,
        step: Step,
        turn: usize,
    ) -> Result<(), String> {
        let session = person.session.take().filter(|session| session.at.elapsed() < self.renew_after);
        let Some(LoggedIn { token, at }) = session.filter(|_| !matches!(step, Step::LogIn)) else {
            person.session = Some(self.log_in(connection, person.user).await?);
            return Ok(());
        };
        let request = match step {
            Step::ReadProfile => get("/v1/me", &token),
            Step::ChangeProfile => {
                let nickname = format!("小明 {turn}");
                post("/v1/me", Some(&token), &json!({ "nickname": nickname }).to_string())
            }
            Step::Sign => signature::request(&token, turn),
            Step::LogOut => delete("/v1/session", &token),
            Step::CheckSession
            | Step::LogIn
            | Step::Register
            | Step::RegisterByPhone
            | Step::Erase
            | Step::Push
            | Step::FailToLogIn => get("/v1/session", &token),
        };
        succeed(connection, &request).await?;
        if !matches!(step, Step::LogOut) {
            person.session = Some(LoggedIn { token, at });
        }
        Ok(())
    }

    async fn log_in(&self, connection: &mut Connection, user: UserId) -> Result<LoggedIn, String> {
        logged_in(&self.phones.log_in(connection, user).await?)
    }

    async fn register(&self, connection: &mut Connection, is_by_phone: bool) -> Result<(), String> {
        let person = self.registered(connection, is_by_phone).await?;
        lock(&self.newcomers).push_back(person);
        Ok(())
    }

    /// Somebody who has logged in for the first time, and registered.
    async fn registered(&self, connection: &mut Connection, is_by_phone: bool) -> Result<Person, String> {
        let stranger = lock(&self.strangers).pop_front();
        let user = stranger.map_or_else(|| self.phones.new_user(), Ok)?;
        let LoggedIn { token, .. } = self.log_in(connection, user).await?;
        let registered = if is_by_phone {
            self.phones.register_by_phone(connection, (user, &token), true).await?
        } else {
            self.phones.register(connection, (user, &token)).await?
        };
        Ok(Person { user, session: Some(logged_in(&registered)?) })
    }

    /// Erases the account of who registered first. Their WeChat user may come back, and be somebody new.
    async fn erase(&self, connection: &mut Connection) -> Result<(), String> {
        let newcomer = {
            let mut newcomers = lock(&self.newcomers);
            if newcomers.len() < NEWCOMERS { None } else { newcomers.pop_front() }
        };
        let Some(Person { user, session }) = newcomer else {
            return self.register(connection, false).await;
        };
        let session = session.filter(|session| session.at.elapsed() < self.renew_after.min(FRESH));
        let LoggedIn { token, .. } = match session {
            Some(session) => session,
            None => self.log_in(connection, user).await?,
        };
        succeed(connection, &delete("/v1/me", &token)).await?;
        lock(&self.strangers).push_back(user);
        Ok(())
    }
}

/// A message of WeChat's for which no back end has to answer.
async fn push(connection: &mut Connection, turn: usize) -> Result<(), String> {
    let message = json!({
        "ToUserName": "gh_0123456789ab", "FromUserName": "oABCDEFGHIJKLMNOPQRSTUVWXYZ0",
        "CreateTime": now_ms() / 1_000, "MsgType": "event", "Event": "user_enter_tempsession",
        "SessionFrom": format!("{}-{turn}", now_ms()), "appid": APP,
    });
    succeed(connection, &post(&pushes::path(), None, &message.to_string())).await
}

async fn succeed(connection: &mut Connection, request: &[u8]) -> Result<(), String> {
    let answer = connection.call(request).await.map_err(|error| error.to_string())?;
    if matches!(answer.status, 200 | 204) { Ok(()) } else { answer.succeeded() }
}

fn logged_in(answer: &Value) -> Result<LoggedIn, String> {
    let token = answer["token"].as_str().ok_or_else(|| format!("no token: {answer}"))?;
    Ok(LoggedIn { token: token.to_owned(), at: now() })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
