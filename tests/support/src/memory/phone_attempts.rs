use async_trait::async_trait;
use domain::{
    one_time_code::CodeKey,
    phone::{PhoneAttempt, PhoneAttemptChange, PhoneAttempts},
    store::StoreError,
    time::Timestamp,
};

use super::{Conflict, MemoryStore, World, counted, guard, pick};

impl World {
    pub(super) fn change_phone_attempt(&mut self, change: &PhoneAttemptChange) -> Result<(), Conflict> {
        match change {
            PhoneAttemptChange::Claim(attempt) => {
                guard(!self.phone_attempts.contains_key(&attempt.key))?;
                self.phone_attempts.insert(attempt.key.clone(), attempt.clone());
            }
            PhoneAttemptChange::Replace { seen, next } => {
                guard(self.is_phone_attempt(seen))?;
                let next = PhoneAttempt { key: seen.key.clone(), ..next.clone() };
                self.phone_attempts.insert(seen.key.clone(), next);
            }
            PhoneAttemptChange::Release(seen) => {
                guard(self.is_phone_attempt(seen))?;
                self.phone_attempts.remove(&seen.key);
            }
        }
        Ok(())
    }

    fn is_phone_attempt(&self, seen: &PhoneAttempt) -> bool {
        self.phone_attempts.get(&seen.key).is_some_and(|attempt| attempt.outcome == seen.outcome)
    }
}

#[async_trait]
impl PhoneAttempts for MemoryStore {
    async fn find(&self, key: &CodeKey) -> Result<Option<PhoneAttempt>, StoreError> {
        Ok(self.world().phone_attempts.get(key).cloned())
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let attempts = &mut self.world().phone_attempts;
        let expired = pick(attempts.iter(), limit, |attempt| attempt.expires_at < before);
        Ok(counted(expired.iter().filter_map(|key| attempts.remove(key)).count()))
    }
}
