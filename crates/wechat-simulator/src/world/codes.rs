//! Codes: single-use, of one user in one app, and valid for a limited time.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use super::{RegisteredApp, User, lock};

const SHARDS: usize = 16;
const MAX_CODES_PER_SHARD: usize = 65_536;

/// Why a code cannot be redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RedeemError {
    /// The code is unknown or expired.
    Unknown,
    /// The code is of another app.
    OtherApp,
    /// The code was redeemed before.
    Used,
    /// The code's user is refused.
    Refused,
}

/// Codes of `N` characters.
pub(crate) struct Codes<const N: usize> {
    lifetime_ms: i64,
    generate: fn() -> [u8; N],
    shards: [Mutex<Shard<N>>; SHARDS],
}

struct Shard<const N: usize> {
    issued: HashMap<[u8; N], IssuedCode>,
    /// All codes have the same lifetime, so the order of issue is the order of expiry.
    oldest_first: VecDeque<[u8; N]>,
}

struct IssuedCode {
    app_id: Arc<str>,
    user: Arc<User>,
    issued_ms: i64,
    used: bool,
}

/// A code that was redeemed.
pub(crate) struct RedeemedCode {
    pub(crate) user: Arc<User>,
    /// When the client obtained the code.
    pub(crate) issued_ms: i64,
}

impl<const N: usize> Codes<N> {
    pub(crate) fn new(lifetime_ms: i64, generate: fn() -> [u8; N]) -> Self {
        let shards = [(); SHARDS].map(|()| Mutex::default());
        Self { lifetime_ms, generate, shards }
    }

    /// Creates a code of ASCII characters.
    pub(crate) fn issue(&self, app: &RegisteredApp, user: Arc<User>, now_ms: i64) -> String {
        let code = (self.generate)();
        let mut shard = lock(self.shard(&code));
        shard.evict_expired(self.lifetime_ms, now_ms);
        shard.oldest_first.push_back(code);
        shard
            .issued
            .insert(code, IssuedCode { app_id: app.id.clone(), user, issued_ms: now_ms, used: false });
        code.map(char::from).iter().collect()
    }

    /// Marks the code as used and returns its user, if `is_admitted`. A used code is distinguished from an
    /// unknown one until it expires. An attempt by another app or for a refused user does not use the code.
    pub(crate) fn redeem(
        &self,
        code: &str,
        app: &RegisteredApp,
        now_ms: i64,
        is_admitted: impl FnOnce(&User) -> bool,
    ) -> Result<RedeemedCode, RedeemError> {
        let code = parse(code).ok_or(RedeemError::Unknown)?;
        let mut shard = lock(self.shard(&code));
        let issued = shard.issued.get_mut(&code).filter(|issued| issued.is_live(self.lifetime_ms, now_ms));
        let issued = issued.ok_or(RedeemError::Unknown)?;
        if issued.app_id != app.id {
            return Err(RedeemError::OtherApp);
        }
        if !is_admitted(&issued.user) {
            return Err(RedeemError::Refused);
        }
        if std::mem::replace(&mut issued.used, true) {
            return Err(RedeemError::Used);
        }
        Ok(RedeemedCode { user: issued.user.clone(), issued_ms: issued.issued_ms })
    }

    /// Marks the code as used without redeeming it.
    pub(crate) fn mark_used(&self, code: &str) {
        let Some(code) = parse(code) else { return };
        if let Some(issued) = lock(self.shard(&code)).issued.get_mut(&code) {
            issued.used = true;
        }
    }

    fn shard(&self, code: &[u8; N]) -> &Mutex<Shard<N>> {
        &self.shards[usize::from(code[0]) % SHARDS]
    }
}

impl<const N: usize> Default for Shard<N> {
    fn default() -> Self {
        Self { issued: HashMap::new(), oldest_first: VecDeque::new() }
    }
}

impl<const N: usize> Shard<N> {
    /// Removes expired codes, and the oldest ones to make room for one more.
    fn evict_expired(&mut self, lifetime_ms: i64, now_ms: i64) {
        while let Some(oldest) = self.oldest_first.front() {
            let is_live = self.issued.get(oldest).is_some_and(|issued| issued.is_live(lifetime_ms, now_ms));
            if is_live && self.oldest_first.len() < MAX_CODES_PER_SHARD {
                break;
            }
            self.issued.remove(oldest);
            self.oldest_first.pop_front();
        }
    }
}

impl IssuedCode {
    fn is_live(&self, lifetime_ms: i64, now_ms: i64) -> bool {
        now_ms < self.issued_ms.saturating_add(lifetime_ms)
    }
}

fn parse<const N: usize>(code: &str) -> Option<[u8; N]> {
    code.as_bytes().try_into().ok()
}
