//! Login codes: single-use, of one user in one app, and valid for a limited time.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use super::{RegisteredApp, User, lock};
use crate::random;

const SHARDS: usize = 16;
const MAX_CODES_PER_SHARD: usize = 65_536;

type Code = [u8; 32];

/// Why a code cannot be redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RedeemError {
    /// The code is unknown, expired or of another app.
    Invalid,
    /// The code was redeemed before.
    Used,
    /// WeChat blocks the user's logins.
    Blocked,
}

pub(crate) struct Codes {
    lifetime_ms: i64,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Default)]
struct Shard {
    issued: HashMap<Code, IssuedCode>,
    /// All codes have the same lifetime, so the order of issue is the order of expiry.
    oldest_first: VecDeque<Code>,
}

struct IssuedCode {
    app_id: Arc<str>,
    user: Arc<User>,
    expires_ms: i64,
    used: bool,
}

impl Codes {
    pub(crate) fn new(lifetime_ms: i64) -> Self {
        Self { lifetime_ms, shards: Default::default() }
    }

    pub(crate) fn issue(&self, app: &RegisteredApp, user: Arc<User>, now_ms: i64) -> String {
        let code = random::code();
        let expires_ms = now_ms.saturating_add(self.lifetime_ms);
        let mut shard = lock(self.shard(&code));
        shard.evict_expired(now_ms);
        shard.oldest_first.push_back(code);
        shard.issued.insert(code, IssuedCode { app_id: app.id.clone(), user, expires_ms, used: false });
        code.map(char::from).iter().collect()
    }

    /// Marks the code as used and returns its user. A used code is distinguished from an unknown one until it
    /// expires. An attempt by another app or for a blocked user does not use the code.
    pub(crate) fn redeem(
        &self,
        code: &str,
        app: &RegisteredApp,
        now_ms: i64,
    ) -> Result<Arc<User>, RedeemError> {
        let code = parse(code).ok_or(RedeemError::Invalid)?;
        let mut shard = lock(self.shard(&code));
        let issued = shard.issued.get_mut(&code).filter(|issued| now_ms < issued.expires_ms);
        let issued = issued.filter(|issued| issued.app_id == app.id).ok_or(RedeemError::Invalid)?;
        if issued.user.attributes.high_risk {
            return Err(RedeemError::Blocked);
        }
        if std::mem::replace(&mut issued.used, true) {
            return Err(RedeemError::Used);
        }
        Ok(issued.user.clone())
    }

    /// Marks the code as used without redeeming it.
    pub(crate) fn mark_used(&self, code: &str) {
        let Some(code) = parse(code) else { return };
        if let Some(issued) = lock(self.shard(&code)).issued.get_mut(&code) {
            issued.used = true;
        }
    }

    fn shard(&self, code: &Code) -> &Mutex<Shard> {
        &self.shards[usize::from(code[0]) % SHARDS]
    }
}

impl Shard {
    /// Removes expired codes, and the oldest ones to make room for one more.
    fn evict_expired(&mut self, now_ms: i64) {
        while let Some(oldest) = self.oldest_first.front() {
            let is_live = self.issued.get(oldest).is_some_and(|issued| now_ms < issued.expires_ms);
            if is_live && self.oldest_first.len() < MAX_CODES_PER_SHARD {
                break;
            }
            self.issued.remove(oldest);
            self.oldest_first.pop_front();
        }
    }
}

fn parse(code: &str) -> Option<Code> {
    code.as_bytes().try_into().ok()
}
