//! WeChat users and what each is to each app.

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
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

use super::{RegisteredApp, SessionKey, keys::CurrentKey, lock};
use crate::{Refusal, Simulator, fields::Fields, random};

const MOST_USERS: usize = 2_000_000;
const MOST_DEVICES: usize = 64;

/// Names a user of this simulator: `user-1`, `user-2`, …
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(usize);

impl UserId {
    /// Which user this is, counted from 1.
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
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let number = text.strip_prefix("user-").and_then(|number| number.parse().ok());
        number.map(Self).ok_or_else(|| Refusal::UnknownUser(text.to_owned()))
    }
}

impl Serialize for UserId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A WeChat user to be. What is left out gets a plausible value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewUser {
    /// The WeChat name.
    pub nickname: Option<String>,
    /// Where the avatar is.
    pub avatar_url: Option<String>,
    /// 0 unknown, 1 male, 2 female.
    pub gender: Option<u8>,
    /// The city.
    pub city: Option<String>,
    /// The province.
    pub province: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// The language of the phone: `zh_CN`, `en`, …
    pub language: Option<String>,
    /// The unionid that apps bound to the Open Platform see.
    pub unionid: Option<String>,
    /// The openids that these apps see, by app id, where chance will not do.
    pub openids: BTreeMap<String, String>,
    /// WeChat refuses this user's logins: 40226.
    pub high_risk: bool,
}

/// A WeChat user.
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) told: NewUser,
    pub(crate) unionid: String,
    accounts: Mutex<Vec<(Arc<str>, Account)>>,
}

/// A user in one app.
pub(crate) struct Account {
    pub(crate) openid: String,
    pub(crate) key: CurrentKey,
    /// Each device's key generation when it last obtained a code. A handful, so a list.
    devices: Vec<(Box<str>, u64)>,
}

impl User {
    /// Lets `act` work on the user's account in `app`, which is made at its first use.
    pub(crate) fn with_account<R>(
        &self,
        app: &RegisteredApp,
        now_ms: i64,
        act: impl FnOnce(&mut Account) -> R,
    ) -> R {
        let mut accounts = lock(&self.accounts);
        if let Some((_, account)) = accounts.iter_mut().find(|(id, _)| *id == app.id) {
            return act(account);
        }
        let openid = self.told.openids.get(&*app.id).cloned().unwrap_or_else(random::open_id);
        let mut account = Account { openid, key: CurrentKey::new(now_ms), devices: Vec::new() };
        let result = act(&mut account);
        accounts.reserve_exact(1);
        accounts.push((app.id.clone(), account));
        result
    }

    /// The user's unionid, where `app` may see it.
    pub(crate) fn unionid_for(&self, app: &RegisteredApp) -> Option<String> {
        app.app.open_platform.then(|| self.unionid.clone())
    }
}

impl Account {
    /// Notes that `device` has obtained a code under the current key.
    pub(crate) fn remember(&mut self, device: &str) -> Result<(), Refusal> {
        let generation = self.key.generation();
        if let Some((_, seen)) = self.devices.iter_mut().find(|(name, _)| **name == *device) {
            *seen = generation;
        } else if self.devices.len() < MOST_DEVICES {
            self.devices.push((device.into(), generation));
        } else {
            return Err(Refusal::Full { field: "device", limit: MOST_DEVICES });
        }
        Ok(())
    }

    /// Whether the key of the device's last code is still the current one.
    pub(crate) fn is_current_on(&self, device: &str) -> bool {
        let seen = self.devices.iter().find(|(name, _)| **name == *device);
        seen.is_some_and(|(_, generation)| *generation == self.key.generation())
    }
}

#[derive(Default)]
pub(crate) struct Users(RwLock<Registry>);

#[derive(Default)]
struct Registry {
    users: Vec<Arc<User>>,
    given_openids: HashSet<(String, String)>,
}

impl Users {
    pub(crate) fn get(&self, id: UserId) -> Result<Arc<User>, Refusal> {
        let registry = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let user = id.0.checked_sub(1).and_then(|index| registry.users.get(index));
        user.cloned().ok_or_else(|| Refusal::UnknownUser(id.to_string()))
    }

    fn add(&self, told: NewUser) -> Result<UserId, Refusal> {
        let mut registry = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if registry.users.len() >= MOST_USERS {
            return Err(Refusal::Full { field: "user_id", limit: MOST_USERS });
        }
        registry.claim(&told.openids)?;
        let id = UserId(registry.users.len() + 1);
        let unionid = told.unionid.clone().unwrap_or_else(random::open_id);
        registry.users.push(Arc::new(User { id, told, unionid, accounts: Mutex::default() }));
        Ok(id)
    }
}

impl Registry {
    fn claim(&mut self, openids: &BTreeMap<String, String>) -> Result<(), Refusal> {
        let claims: Vec<_> = openids.iter().map(|(app, openid)| (app.clone(), openid.clone())).collect();
        if let Some((app_id, open_id)) =
            claims.iter().find(|claim| self.given_openids.contains(*claim)).cloned()
        {
            return Err(Refusal::OpenIdTaken { app_id, open_id });
        }
        self.given_openids.extend(claims);
        Ok(())
    }
}

impl Simulator {
    /// Creates a WeChat user.
    pub fn create_user(&self, user: NewUser) -> Result<UserId, Refusal> {
        if user.gender.is_some_and(|gender| gender > 2) {
            return Err(Refusal::field("gender", "must be 0, 1 or 2"));
        }
        self.world.users.add(user)
    }

    /// Replaces the user's `session_key` in the app at once, whatever its age.
    pub fn rotate(&self, app_id: &str, user: UserId) -> Result<(), Refusal> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        let now = self.now_ms();
        user.with_account(&app, now, |account| account.key.rotate(now));
        Ok(())
    }

    /// The user's current `session_key` in the app, which WeChat tells nobody but the app's back end: for tests
    /// that forge open data, or look for leaked keys.
    pub fn session_key(&self, app_id: &str, user: UserId) -> Result<SessionKey, Refusal> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        Ok(user.with_account(&app, self.now_ms(), |account| account.key.key()))
    }
}

pub(crate) fn routes() -> Router<Simulator> {
    Router::new().route("/sim/users", post(create)).route("/sim/users/{id}/rotate", post(rotate))
}

async fn create(State(simulator): State<Simulator>, mut fields: Fields) -> Result<Json<Value>, Refusal> {
    let user = NewUser {
        nickname: fields.optional_text("nickname")?,
        avatar_url: fields.optional_text("avatar_url")?,
        gender: fields.integer("gender", 0..=2)?.and_then(|gender| u8::try_from(gender).ok()),
        city: fields.optional_text("city")?,
        province: fields.optional_text("province")?,
        country: fields.optional_text("country")?,
        language: fields.optional_text("language")?,
        unionid: fields.optional_text("unionid")?,
        openids: fields.texts("openids")?,
        high_risk: fields.flag("high_risk")?,
    };
    fields.finish()?;
    Ok(Json(json!({ "user_id": simulator.create_user(user)? })))
}

async fn rotate(
    State(simulator): State<Simulator>,
    Path(user): Path<String>,
    mut fields: Fields,
) -> Result<Json<Value>, Refusal> {
    let app_id = fields.text("app_id")?;
    fields.finish()?;
    simulator.rotate(&app_id, user.parse()?)?;
    Ok(Json(json!({})))
}
