use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{SessionCache, known_revocations::KnownRevocations};
use crate::{
    store::Store,
    store_error::StoreError,
    time::{Clock, Timestamp},
};

/// So long after the start, the cache is emptied once more. Instances of the version before record no
/// revocation where this one reads them; by then, a roll-out is over.
const ROLL_OUT: Duration = Duration::from_mins(10);

/// Learns which sessions were revoked on other instances. Run several times a second.
///
/// Revocations are read by their numbers, not by time: the clocks of the instances may differ.
pub struct RefreshRevocations {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    cache: Arc<SessionCache>,
    state: Mutex<Option<State>>,
}

#[derive(Clone, Debug)]
struct State {
    known: KnownRevocations,
    roll_out_ends: Option<Timestamp>,
}

impl RefreshRevocations {
    /// Keeps `cache` in step with `store`.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, cache: Arc<SessionCache>) -> Self {
        Self { store, clock, cache, state: Mutex::default() }
    }

    /// Forgets what was revoked, and with that makes the cache believable for another second.
    ///
    /// The first time, and where revocations may have been removed before they were read, it forgets
    /// everything.
    pub async fn execute(&self) -> Result<(), StoreError> {
        let read_at = self.clock.now();
        let state = self.state().clone();
        let state = match state {
            Some(state) => self.read_on(state, read_at).await?,
            None => None,
        };
        let state = match state {
            Some(state) => state,
            None => self.start(read_at).await?,
        };
        *self.state() = Some(state);
        self.cache.believe(read_at);
        Ok(())
    }

    /// Whatever is cached from now on was loaded after the latest revocation was read.
    async fn start(&self, now: Timestamp) -> Result<State, StoreError> {
        let latest = self.store.sessions().latest_revocation().await?;
        self.cache.clear();
        let known = KnownRevocations::starting_at(latest, now);
        Ok(State { known, roll_out_ends: Some(now.plus(ROLL_OUT)) })
    }

    /// `None` where revocations may have been removed before they were read.
    async fn read_on(&self, state: State, now: Timestamp) -> Result<Option<State>, StoreError> {
        let State { known, mut roll_out_ends } = state;
        let found = self.store.sessions().revocations(known.from(), &known.missing()).await?;
        for revocation in &found {
            self.cache.evict(&revocation.token_hash);
        }
        if roll_out_ends.is_some_and(|end| end <= now) {
            self.cache.clear();
            roll_out_ends = None;
        }
        Ok(known.with(&found, now).ok().map(|known| State { known, roll_out_ends }))
    }

    fn state(&self) -> MutexGuard<'_, Option<State>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
