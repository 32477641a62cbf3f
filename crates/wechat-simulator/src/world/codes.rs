//! Login codes: five minutes, one use, one app, one user.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use super::{RegisteredApp, User, lock};
use crate::random;

const SHARDS: usize = 16;
const MOST_PER_SHARD: usize = 65_536;

type CodeText = [u8; 32];

/// Why a code yields no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeRefused {
    /// Unknown, expired, or of another app.
    Invalid,
    /// Exchanged before.
    Used,
    /// Its user may not log in.
    Blocked,
}

pub(crate) struct Codes {
    lifetime_ms: i64,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Default)]
struct Shard {
    issued: HashMap<CodeText, Issued>,
    /// Every code lives equally long, so the order of issue is the order of expiry.
    oldest_first: VecDeque<CodeText>,
}

struct Issued {
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
        shard.forget_expired(now_ms);
        shard.oldest_first.push_back(code);
        shard.issued.insert(code, Issued { app_id: app.id.clone(), user, expires_ms, used: false });
        code.map(char::from).iter().collect()
    }

    /// Uses the code up and tells whose it is. A used code is told from an unknown one until it would have
    /// expired; a code shown by another app, or of a blocked user, stays as it was.
    pub(crate) fn redeem(
        &self,
        code: &str,
        app: &RegisteredApp,
        now_ms: i64,
    ) -> Result<Arc<User>, CodeRefused> {
        let code = parse(code).ok_or(CodeRefused::Invalid)?;
        let mut shard = lock(self.shard(&code));
        let issued = shard.issued.get_mut(&code).filter(|issued| now_ms < issued.expires_ms);
        let issued = issued.filter(|issued| issued.app_id == app.id).ok_or(CodeRefused::Invalid)?;
        if issued.user.told.high_risk {
            return Err(CodeRefused::Blocked);
        }
        if std::mem::replace(&mut issued.used, true) {
            return Err(CodeRefused::Used);
        }
        Ok(issued.user.clone())
    }

    /// Uses the code up for nothing.
    pub(crate) fn spoil(&self, code: &str) {
        let Some(code) = parse(code) else { return };
        if let Some(issued) = lock(self.shard(&code)).issued.get_mut(&code) {
            issued.used = true;
        }
    }

    fn shard(&self, code: &CodeText) -> &Mutex<Shard> {
        &self.shards[usize::from(code[0]) % SHARDS]
    }
}

impl Shard {
    fn forget_expired(&mut self, now_ms: i64) {
        while let Some(oldest) = self.oldest_first.front() {
            let is_live = self.issued.get(oldest).is_some_and(|issued| now_ms < issued.expires_ms);
            if is_live && self.oldest_first.len() < MOST_PER_SHARD {
                break;
            }
            self.issued.remove(oldest);
            self.oldest_first.pop_front();
        }
    }
}

fn parse(code: &str) -> Option<CodeText> {
    code.as_bytes().try_into().ok()
}
