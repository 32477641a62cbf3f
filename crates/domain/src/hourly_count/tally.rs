use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{CountKey, Counted, Hour, HourlyCount};
use crate::{app::AppId, time::Clock};

/// What was counted in this process and is not on record yet. There are as many counts as apps times causes, so it
/// stays small.
pub struct Tally {
    clock: Arc<dyn Clock>,
    counts: Mutex<BTreeMap<CountKey, u64>>,
}

impl Tally {
    /// Nothing is counted yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, counts: Mutex::default() }
    }

    /// Counts each of `happened` once, at a configured app, or at none of them.
    pub fn count(&self, app_id: Option<&AppId>, happened: impl IntoIterator<Item = Counted>) {
        let hour = Hour::of(self.clock.now());
        let mut counts = self.counts();
        for counted in happened {
            *counts.entry(CountKey { hour, app_id: app_id.cloned(), counted }).or_default() += 1;
        }
    }

    /// Takes everything, sorted by what it counts.
    pub(super) fn take(&self) -> Vec<HourlyCount> {
        let counts = mem::take(&mut *self.counts());
        counts.into_iter().map(|(key, count)| HourlyCount { key, count }).collect()
    }

    /// Puts back what was taken.
    pub(super) fn put_back(&self, taken: Vec<HourlyCount>) {
        let mut counts = self.counts();
        for HourlyCount { key, count } in taken {
            *counts.entry(key).or_default() += count;
        }
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<CountKey, u64>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
