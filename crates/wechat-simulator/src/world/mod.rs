//! The state of the simulated WeChat: apps, users with their keys, codes and tokens.

mod access_tokens;
mod accounts;
mod apps;
mod codes;
mod encrypt_keys;
mod keys;
mod orders;
mod users;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;

pub(crate) use access_tokens::{AccessTokenError, ForceError, Grant};
pub(crate) use accounts::{Account, SignatureError};
pub(crate) use apps::{Env, RegisteredApp};
pub(crate) use codes::RedeemError;
pub(crate) use encrypt_keys::EncryptKeyInfo;
pub use keys::SessionKey;
pub(crate) use users::User;
pub use users::{NewUser, UserId};

use self::{
    access_tokens::AccessTokens, apps::Apps, codes::Codes, keys::KeyPeriods, orders::Orders, users::Users,
};
use crate::{
    Policies, Simulator, SimulatorConfig,
    calls::CallLog,
    clock::VirtualClock,
    faults::Faults,
    push::{PushClient, PushLog},
    random,
};

/// The state of a simulator. Its locks are held for a few map operations and never across an await.
pub(crate) struct World {
    pub(crate) clock: VirtualClock,
    pub(crate) policies: Policies,
    pub(crate) key_periods: KeyPeriods,
    pub(crate) apps: Apps,
    pub(crate) users: Users,
    /// The codes of `wx.login`.
    pub(crate) codes: Codes<32>,
    /// The codes of the phone button.
    pub(crate) phone_codes: Codes<64>,
    pub(crate) access_tokens: AccessTokens,
    pub(crate) orders: Orders,
    pub(crate) push_client: PushClient,
    pub(crate) push_log: PushLog,
    pub(crate) faults: Faults,
    pub(crate) calls: CallLog,
}

impl World {
    pub(crate) fn new(config: SimulatorConfig) -> Self {
        let code_lifetime_ms = milliseconds(config.code_lifetime);
        Self {
            clock: VirtualClock::new(config.clock),
            policies: config.policies,
            key_periods: KeyPeriods {
                min_refresh_ms: milliseconds(config.min_key_refresh),
                lifetime_ms: config.key_lifetime.map(milliseconds),
            },
            apps: Apps::new(config.apps),
            users: Users::default(),
            codes: Codes::new(code_lifetime_ms, random::code),
            phone_codes: Codes::new(code_lifetime_ms, random::phone_code),
            access_tokens: AccessTokens::default(),
            orders: Orders::default(),
            push_client: PushClient::new(config.push_timeout),
            push_log: PushLog::default(),
            faults: Faults::default(),
            calls: CallLog::default(),
        }
    }

    /// Calls `act` with the user's account in `app`. Creates the account if necessary.
    pub(crate) fn with_account<R>(
        &self,
        user: &User,
        app: &RegisteredApp,
        act: impl FnOnce(&mut Account) -> R,
    ) -> R {
        self.users.with_account(user, app, self.clock.now_ms(), act)
    }

    /// Checks the user's login-state signature of a message.
    pub(crate) fn verify(
        &self,
        user: &User,
        app: &RegisteredApp,
        message: &[u8],
        signature: &str,
    ) -> Result<(), SignatureError> {
        let now = self.clock.now_ms();
        self.with_account(user, app, |account| account.verify(message, signature, self.key_periods, now))
    }

    /// The user with this openid in the app.
    pub(crate) fn user_of(&self, app: &RegisteredApp, openid: &str) -> Option<Arc<User>> {
        self.users.find(&app.id, openid)
    }
}

fn milliseconds(period: std::time::Duration) -> i64 {
    i64::try_from(period.as_millis()).unwrap_or(i64::MAX)
}

/// Locks `mutex`, even if a thread panicked while holding it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn routes() -> Router<Simulator> {
    apps::routes().merge(users::routes()).merge(access_tokens::routes())
}
