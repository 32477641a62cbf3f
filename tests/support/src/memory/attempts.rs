use std::collections::hash_map::Entry;

use async_trait::async_trait;
use domain::{
    login::{AttemptKey, Claim, LoginAttempt, LoginAttempts},
    store::StoreError,
    time::Timestamp,
};

use super::{
    Access, Memory,
    world::{World, counted, pick},
};

impl World {
    fn is_still(&self, seen: &LoginAttempt) -> bool {
        self.attempts.get(&seen.key).is_some_and(|attempt| attempt.outcome == seen.outcome)
    }
}

#[async_trait]
impl<A: Access> LoginAttempts for Memory<A> {
    async fn claim(&self, attempt: &LoginAttempt) -> Result<Claim, StoreError> {
        let claim = |world: &mut World| match world.attempts.entry(attempt.key.clone()) {
            Entry::Occupied(taken) => Claim::Taken(taken.get().clone()),
            Entry::Vacant(place) => {
                place.insert(attempt.clone());
                Claim::Won
            }
        };
        Ok(self.0.write(claim).await)
    }

    async fn find(&self, key: &AttemptKey) -> Result<Option<LoginAttempt>, StoreError> {
        Ok(self.0.read(|world| world.attempts.get(key).cloned()))
    }

    async fn replace(&self, seen: &LoginAttempt, next: &LoginAttempt) -> Result<bool, StoreError> {
        let replace = |world: &mut World| {
            let is_still = world.is_still(seen);
            if is_still {
                world
                    .attempts
                    .insert(seen.key.clone(), LoginAttempt { key: seen.key.clone(), ..next.clone() });
            }
            is_still
        };
        Ok(self.0.write(replace).await)
    }

    async fn release(&self, seen: &LoginAttempt) -> Result<(), StoreError> {
        let release = |world: &mut World| {
            if world.is_still(seen) {
                world.attempts.remove(&seen.key);
            }
        };
        self.0.write(release).await;
        Ok(())
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let sweep = |world: &mut World| {
            let rows = world.attempts.iter().map(|(key, attempt)| (key.clone(), attempt));
            let expired = pick(rows, limit, |attempt: &LoginAttempt| attempt.expires_at < before);
            counted(expired.iter().filter_map(|key| world.attempts.remove(key)).count())
        };
        Ok(self.0.write(sweep).await)
    }
}
