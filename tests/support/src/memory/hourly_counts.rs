use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::{
    hourly_count::{CountKey, Counted, Hour, HourlyCount, HourlyCountChange, HourlyCounts},
    store::StoreError,
};

use super::{MemoryStore, World, counted};

impl World {
    pub(super) fn change_hourly_count(&mut self, change: &HourlyCountChange) {
        let HourlyCountChange::Add(HourlyCount { key, count }) = change;
        *self.hourly_counts.entry(key.clone()).or_default() += count;
    }
}

#[async_trait]
impl HourlyCounts for MemoryStore {
    async fn since(&self, hour: Hour) -> Result<Vec<HourlyCount>, StoreError> {
        let mut sums = BTreeMap::<CountKey, u64>::new();
        for (key, count) in self.world().hourly_counts.iter().filter(|(key, _)| key.hour >= hour) {
            let key = match key.counted {
                Counted::Failure(_) | Counted::Errcode(_) => CountKey { hour, ..key.clone() },
                Counted::Code | Counted::Exchanged | Counted::Session | Counted::Registered => key.clone(),
            };
            *sums.entry(key).or_default() += count;
        }
        Ok(sums.into_iter().map(|(key, count)| HourlyCount { key, count }).collect())
    }

    async fn sweep(&self, before: Hour, limit: u32) -> Result<u64, StoreError> {
        let counts = &mut self.world().hourly_counts;
        let old = counts.keys().filter(|key| key.hour < before).take(limit as usize);
        let old: Vec<_> = old.cloned().collect();
        for key in &old {
            counts.remove(key);
        }
        Ok(counted(old.len()))
    }
}
