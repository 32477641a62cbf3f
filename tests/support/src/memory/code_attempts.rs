use async_trait::async_trait;
use domain::{
    login::{LoginAttempt, LoginAttemptChange, LoginAttempts},
    one_time_code::CodeKey,
    store::StoreError,
    time::Timestamp,
};

use super::{Conflict, MemoryStore, World, counted, guard, pick};

impl World {
    pub(super) fn change_login_attempt(&mut self, change: &LoginAttemptChange) -> Result<(), Conflict> {
        match change {
            LoginAttemptChange::Claim(attempt) => {
                guard(!self.attempts.contains_key(&attempt.key))?;
                self.attempts.insert(attempt.key.clone(), attempt.clone());
            }
            LoginAttemptChange::Replace { seen, next } => {
                guard(self.is_unchanged(seen))?;
                let next = LoginAttempt { key: seen.key.clone(), ..next.clone() };
                self.attempts.insert(seen.key.clone(), next);
            }
            LoginAttemptChange::Release(seen) => {
                guard(self.is_unchanged(seen))?;
                self.attempts.remove(&seen.key);
            }
        }
        Ok(())
    }

    fn is_unchanged(&self, seen: &LoginAttempt) -> bool {
        self.attempts.get(&seen.key).is_some_and(|attempt| attempt.outcome == seen.outcome)
    }
}

#[async_trait]
impl LoginAttempts for MemoryStore {
    async fn find(&self, key: &CodeKey) -> Result<Option<LoginAttempt>, StoreError> {
        Ok(self.world().attempts.get(key).cloned())
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let attempts = &mut self.world().attempts;
        let expired = pick(attempts.iter(), limit, |attempt| attempt.expires_at < before);
        Ok(counted(expired.iter().filter_map(|key| attempts.remove(key)).count()))
    }
}
