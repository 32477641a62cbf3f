//! WeChat users.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    ops::RangeInclusive,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::post,
};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{Account, RegisteredApp, SessionKey, lock};
use crate::{Simulator, SimulatorError, fields::Fields, random};

const MAX_USERS: usize = 2_000_000;
/// The country code of China.
const CHINA: &str = "86";

/// The id of a user of the simulator: `user-1`, `user-2`, …
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(usize);

impl UserId {
    /// The number of the user, starting at 1.
    pub(crate) fn number(self) -> usize {
        self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "user-{}", self.0)
    }
}

impl FromStr for UserId {
    type Err = SimulatorError;

    fn from_str(text: &str) -> Result<Self, SimulatorError> {
        let number = text.strip_prefix("user-").and_then(|number| number.parse().ok());
        number.map(Self).ok_or_else(|| SimulatorError::UnknownUser(text.to_owned()))
    }
}

impl Serialize for UserId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The attributes of a user to create. Absent ones get plausible values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewUser {
    /// The nickname.
    pub nickname: Option<String>,
    /// The URL of the avatar.
    pub avatar_url: Option<String>,
    /// 0 unknown, 1 male, 2 female.
    pub gender: Option<u8>,
    /// The city.
    pub city: Option<String>,
    /// The province.
    pub province: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// The language of the WeChat client: `zh_CN`, `en`, …
    pub language: Option<String>,
    /// The unionid in apps bound to the Open Platform account.
    pub unionid: Option<String>,
    /// The openids by app id. In other apps the openid is random.
    pub openids: BTreeMap<String, String>,
    /// Whether WeChat blocks the user's logins with 40226.
    pub high_risk: bool,
    /// The phone number without its country code, digits only.
    pub phone_number: Option<String>,
    /// The country code of the phone number, digits only; 86 by default.
    pub country_code: Option<String>,
}

/// A WeChat user.
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) attributes: NewUser,
    pub(crate) unionid: String,
    accounts: Mutex<Vec<(Arc<str>, Account)>>,
}

impl User {
    /// The user's unionid, if `app` is bound to the Open Platform account.
    pub(crate) fn unionid_for(&self, app: &RegisteredApp) -> Option<String> {
        app.app.open_platform.then(|| self.unionid.clone())
    }

    /// The phone number without its country code. By default a Chinese one that depends on the user's number.
    pub(crate) fn phone_number(&self) -> String {
        let default = || format!("138{:08}", self.id.number() % 100_000_000);
        self.attributes.phone_number.clone().unwrap_or_else(default)
    }

    pub(crate) fn country_code(&self) -> &str {
        self.attributes.country_code.as_deref().unwrap_or(CHINA)
    }

    pub(crate) fn is_phone_foreign(&self) -> bool {
        self.country_code() != CHINA
    }
}

#[derive(Default)]
pub(crate) struct Users(RwLock<Registry>);

#[derive(Default)]
struct Registry {
    users: Vec<Arc<User>>,
    /// By app and openid: those assigned in advance, and those of the accounts.
    by_openid: HashMap<Box<str>, HashMap<Box<str>, UserId>>,
}

impl Users {
    pub(crate) fn get(&self, id: UserId) -> Result<Arc<User>, SimulatorError> {
        let registry = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let user = id.0.checked_sub(1).and_then(|index| registry.users.get(index));
        user.cloned().ok_or_else(|| SimulatorError::UnknownUser(id.to_string()))
    }

    /// The user with this openid in the app.
    pub(crate) fn find(&self, app_id: &str, openid: &str) -> Option<Arc<User>> {
        let registry = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let id = *registry.by_openid.get(app_id)?.get(openid)?;
        drop(registry);
        self.get(id).ok()
    }

    /// Calls `act` with the user's account in `app`. Creates the account if necessary.
    pub(crate) fn with_account<R>(
        &self,
        user: &User,
        app: &RegisteredApp,
        now_ms: i64,
        act: impl FnOnce(&mut Account) -> R,
    ) -> R {
        let mut accounts = lock(&user.accounts);
        if let Some((_, account)) = accounts.iter_mut().find(|(id, _)| *id == app.id) {
            return act(account);
        }
        let openid = user.attributes.openids.get(&*app.id).cloned().unwrap_or_else(random::open_id);
        self.0.write().unwrap_or_else(PoisonError::into_inner).assign(&app.id, &openid, user.id);
        let mut account = Account::new(openid, now_ms);
        let result = act(&mut account);
        accounts.reserve_exact(1);
        accounts.push((app.id.clone(), account));
        result
    }

    fn add(&self, attributes: NewUser) -> Result<UserId, SimulatorError> {
        let mut registry = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if registry.users.len() >= MAX_USERS {
            return Err(SimulatorError::LimitReached { field: "user_id", limit: MAX_USERS });
        }
        let is_taken = |(app_id, openid): &(&String, &String)| {
            registry.by_openid.get(app_id.as_str()).is_some_and(|known| known.contains_key(openid.as_str()))
        };
        if let Some((app_id, open_id)) = attributes.openids.iter().find(is_taken) {
            return Err(SimulatorError::OpenIdTaken { app_id: app_id.clone(), open_id: open_id.clone() });
        }
        let id = UserId(registry.users.len() + 1);
        for (app_id, openid) in &attributes.openids {
            registry.assign(app_id, openid, id);
        }
        let unionid = attributes.unionid.clone().unwrap_or_else(random::open_id);
        registry.users.push(Arc::new(User { id, attributes, unionid, accounts: Mutex::default() }));
        Ok(id)
    }
}

impl Registry {
    fn assign(&mut self, app_id: &str, openid: &str, user: UserId) {
        self.by_openid.entry(app_id.into()).or_default().insert(openid.into(), user);
    }
}

impl Simulator {
    /// Creates a WeChat user. Fails if an attribute is invalid, an openid is taken or there are 2,000,000
    /// users already.
    pub fn create_user(&self, user: NewUser) -> Result<UserId, SimulatorError> {
        if user.gender.is_some_and(|gender| gender > 2) {
            return Err(SimulatorError::invalid_field("gender", "must be 0, 1 or 2"));
        }
        check_digits("phone_number", user.phone_number.as_deref(), 4..=15)?;
        check_digits("country_code", user.country_code.as_deref(), 1..=4)?;
        self.world.users.add(user)
    }

    /// Replaces the user's `session_key` in the app, regardless of its age.
    pub fn rotate(&self, app_id: &str, user: UserId) -> Result<(), SimulatorError> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        let now = self.now_ms();
        self.world.with_account(&user, &app, |account| account.key.rotate(now));
        Ok(())
    }

    /// Lets the user's `session_key` in the app expire. The next `wx.login` replaces it.
    pub fn expire_session_key(&self, app_id: &str, user: UserId) -> Result<(), SimulatorError> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        self.world.with_account(&user, &app, |account| account.key.expire());
        Ok(())
    }

    /// The user's current `session_key` in the app. WeChat reveals it to the app's server only; tests need it
    /// to forge open data or to search for leaked keys.
    pub fn session_key(&self, app_id: &str, user: UserId) -> Result<SessionKey, SimulatorError> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        Ok(self.world.with_account(&user, &app, |account| account.key.key()))
    }
}

fn check_digits(
    field: &str,
    text: Option<&str>,
    lengths: RangeInclusive<usize>,
) -> Result<(), SimulatorError> {
    let is_valid =
        |text: &str| lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if text.is_none_or(is_valid) {
        return Ok(());
    }
    let message = format!("must be {} to {} digits", lengths.start(), lengths.end());
    Err(SimulatorError::invalid_field(field, message))
}

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/sim/users", post(create))
        .route("/sim/users/{id}/rotate", post(rotate))
        .route("/sim/users/{id}/expire", post(expire))
}

async fn create(
    State(simulator): State<Simulator>,
    mut fields: Fields,
) -> Result<Json<Value>, SimulatorError> {
    let user = NewUser {
        nickname: fields.optional_text("nickname")?,
        avatar_url: fields.optional_text("avatar_url")?,
        gender: fields.integer("gender", 0..=2)?.and_then(|gender| u8::try_from(gender).ok()),
        city: fields.optional_text("city")?,
        province: fields.optional_text("province")?,
        country: fields.optional_text("country")?,
        language: fields.optional_text("language")?,
        unionid: fields.optional_text("unionid")?,
        openids: fields.text_map("openids")?,
        high_risk: fields.flag("high_risk")?,
        phone_number: fields.optional_text("phone_number")?,
        country_code: fields.optional_text("country_code")?,
    };
    fields.reject_unknown()?;
    Ok(Json(json!({ "user_id": simulator.create_user(user)? })))
}

async fn rotate(
    State(simulator): State<Simulator>,
    Path(user): Path<String>,
    mut fields: Fields,
) -> Result<Json<Value>, SimulatorError> {
    let app_id = fields.required_text("app_id")?;
    fields.reject_unknown()?;
    simulator.rotate(&app_id, user.parse()?)?;
    Ok(Json(json!({})))
}

async fn expire(
    State(simulator): State<Simulator>,
    Path(user): Path<String>,
    mut fields: Fields,
) -> Result<Json<Value>, SimulatorError> {
    let app_id = fields.required_text("app_id")?;
    fields.reject_unknown()?;
    simulator.expire_session_key(&app_id, user.parse()?)?;
    Ok(Json(json!({})))
}
