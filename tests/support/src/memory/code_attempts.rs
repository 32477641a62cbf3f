use async_trait::async_trait;
use domain::{
    one_time_code::{AttemptOutcome, CodeAttempt, CodeAttemptChange, CodeAttempts, CodeKey},
    store::StoreError,
    time::Timestamp,
};

use super::{Conflict, MemoryStore, World, counted, guard, pick};

impl World {
    pub(super) fn change_code_attempt(&mut self, change: &CodeAttemptChange) -> Result<(), Conflict> {
        match change {
            CodeAttemptChange::Claim(attempt) => {
                guard(!self.code_attempts.contains_key(&attempt.key))?;
                self.code_attempts.insert(attempt.key.clone(), attempt.clone());
            }
            CodeAttemptChange::Replace { seen, next } => {
                guard(self.is_unchanged(seen))?;
                let next = CodeAttempt { key: seen.key.clone(), ..next.clone() };
                self.code_attempts.insert(seen.key.clone(), next);
            }
            CodeAttemptChange::Release(seen) => {
                guard(self.is_unchanged(seen))?;
                self.code_attempts.remove(&seen.key);
            }
            CodeAttemptChange::Forget { identity, at } => {
                let is_theirs = |attempt: &&mut CodeAttempt| {
                    attempt.key.app_id == identity.app_id && attempt.openid.as_ref() == Some(&identity.openid)
                };
                for attempt in self.code_attempts.values_mut().filter(is_theirs) {
                    (attempt.outcome, attempt.openid) = (AttemptOutcome::Pending { until: *at }, None);
                }
            }
        }
        Ok(())
    }

    fn is_unchanged(&self, seen: &CodeAttempt) -> bool {
        self.code_attempts.get(&seen.key).is_some_and(|attempt| attempt.outcome == seen.outcome)
    }
}

#[async_trait]
impl CodeAttempts for MemoryStore {
    async fn find(&self, key: &CodeKey) -> Result<Option<CodeAttempt>, StoreError> {
        Ok(self.world().code_attempts.get(key).cloned())
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let attempts = &mut self.world().code_attempts;
        let expired = pick(attempts.iter(), limit, |attempt| attempt.expires_at < before);
        Ok(counted(expired.iter().filter_map(|key| attempts.remove(key)).count()))
    }
}
