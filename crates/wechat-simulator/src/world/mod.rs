//! The state of the simulated WeChat: apps, users with their keys, and codes.

mod apps;
mod codes;
mod keys;
mod users;

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::Router;

pub(crate) use apps::RegisteredApp;
pub(crate) use codes::RedeemError;
pub use keys::SessionKey;
pub(crate) use users::User;
pub use users::{NewUser, UserId};

use self::{apps::Apps, codes::Codes, users::Users};
use crate::{Policies, Simulator, SimulatorConfig, calls::CallLog, clock::VirtualClock, faults::Faults};

/// The state of a simulator. Its locks are held for a few map operations and never across an await.
pub(crate) struct World {
    pub(crate) clock: VirtualClock,
    pub(crate) policies: Policies,
    pub(crate) min_key_refresh_ms: i64,
    pub(crate) apps: Apps,
    pub(crate) users: Users,
    pub(crate) codes: Codes,
    pub(crate) faults: Faults,
    pub(crate) calls: CallLog,
}

impl World {
    pub(crate) fn new(config: SimulatorConfig) -> Self {
        Self {
            clock: VirtualClock::new(config.clock),
            policies: config.policies,
            min_key_refresh_ms: milliseconds(config.min_key_refresh),
            apps: Apps::new(config.apps),
            users: Users::default(),
            codes: Codes::new(milliseconds(config.code_lifetime)),
            faults: Faults::default(),
            calls: CallLog::default(),
        }
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
    apps::routes().merge(users::routes())
}
