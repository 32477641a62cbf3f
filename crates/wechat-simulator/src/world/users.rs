//! WeChat users and their accounts in apps.

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
use crate::{Simulator, SimulatorError, fields::Fields, random};

const MAX_USERS: usize = 2_000_000;
const MAX_DEVICES: usize = 64;

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
}

/// A WeChat user.
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) attributes: NewUser,
    pub(crate) unionid: String,
    accounts: Mutex<Vec<(Arc<str>, Account)>>,
}

/// The account of a user in an app.
pub(crate) struct Account {
    pub(crate) openid: String,
    pub(crate) key: CurrentKey,
    /// By device, the key's generation when the device last obtained a code. A list, because there are few.
    devices: Vec<(Box<str>, u64)>,
}

impl User {
    /// Calls `act` with the user's account in `app`. Creates the account if necessary.
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
        let openid = self.attributes.openids.get(&*app.id).cloned().unwrap_or_else(random::open_id);
        let mut account = Account { openid, key: CurrentKey::new(now_ms), devices: Vec::new() };
        let result = act(&mut account);
        accounts.reserve_exact(1);
        accounts.push((app.id.clone(), account));
        result
    }

    /// The user's unionid, if `app` is bound to the Open Platform account.
    pub(crate) fn unionid_for(&self, app: &RegisteredApp) -> Option<String> {
        app.app.open_platform.then(|| self.unionid.clone())
    }
}

impl Account {
    /// Records that `device` obtained a code under the current key.
    pub(crate) fn record_login(&mut self, device: &str) -> Result<(), SimulatorError> {
        let generation = self.key.generation();
        if let Some((_, known)) = self.devices.iter_mut().find(|(name, _)| **name == *device) {
            *known = generation;
        } else if self.devices.len() < MAX_DEVICES {
            self.devices.push((device.into(), generation));
        } else {
            return Err(SimulatorError::LimitReached { field: "device", limit: MAX_DEVICES });
        }
        Ok(())
    }

    /// Whether the key has not changed since the device last obtained a code.
    pub(crate) fn has_current_key(&self, device: &str) -> bool {
        let known = self.devices.iter().find(|(name, _)| **name == *device);
        known.is_some_and(|(_, generation)| *generation == self.key.generation())
    }
}

#[derive(Default)]
pub(crate) struct Users(RwLock<Registry>);

#[derive(Default)]
struct Registry {
    users: Vec<Arc<User>>,
    assigned_openids: HashSet<(String, String)>,
}

impl Users {
    pub(crate) fn get(&self, id: UserId) -> Result<Arc<User>, SimulatorError> {
        let registry = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let user = id.0.checked_sub(1).and_then(|index| registry.users.get(index));
        user.cloned().ok_or_else(|| SimulatorError::UnknownUser(id.to_string()))
    }

    fn add(&self, attributes: NewUser) -> Result<UserId, SimulatorError> {
        let mut registry = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if registry.users.len() >= MAX_USERS {
            return Err(SimulatorError::LimitReached { field: "user_id", limit: MAX_USERS });
        }
        registry.assign(&attributes.openids)?;
        let id = UserId(registry.users.len() + 1);
        let unionid = attributes.unionid.clone().unwrap_or_else(random::open_id);
        registry.users.push(Arc::new(User { id, attributes, unionid, accounts: Mutex::default() }));
        Ok(id)
    }
}

impl Registry {
    fn assign(&mut self, openids: &BTreeMap<String, String>) -> Result<(), SimulatorError> {
        let assigned: Vec<_> = openids.iter().map(|(app, openid)| (app.clone(), openid.clone())).collect();
        if let Some((app_id, open_id)) =
            assigned.iter().find(|openid| self.assigned_openids.contains(*openid)).cloned()
        {
            return Err(SimulatorError::OpenIdTaken { app_id, open_id });
        }
        self.assigned_openids.extend(assigned);
        Ok(())
    }
}

impl Simulator {
    /// Creates a WeChat user. Fails if an attribute is invalid, an openid is taken or there are 2,000,000
    /// users already.
    pub fn create_user(&self, user: NewUser) -> Result<UserId, SimulatorError> {
        if user.gender.is_some_and(|gender| gender > 2) {
            return Err(SimulatorError::invalid_field("gender", "must be 0, 1 or 2"));
        }
        self.world.users.add(user)
    }

    /// Replaces the user's `session_key` in the app, regardless of its age.
    pub fn rotate(&self, app_id: &str, user: UserId) -> Result<(), SimulatorError> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        let now = self.now_ms();
        user.with_account(&app, now, |account| account.key.rotate(now));
        Ok(())
    }

    /// The user's current `session_key` in the app. WeChat reveals it to the app's server only; tests need it
    /// to forge open data or to search for leaked keys.
    pub fn session_key(&self, app_id: &str, user: UserId) -> Result<SessionKey, SimulatorError> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        Ok(user.with_account(&app, self.now_ms(), |account| account.key.key()))
    }
}

pub(crate) fn routes() -> Router<Simulator> {
    Router::new().route("/sim/users", post(create)).route("/sim/users/{id}/rotate", post(rotate))
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
