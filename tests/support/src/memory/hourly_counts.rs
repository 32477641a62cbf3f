use async_trait::async_trait;
use domain::{
    hourly_count::{Hour, HourlyCount, HourlyCountChange, HourlyCounts},
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
        let world = self.world();
        let since = world.hourly_counts.iter().filter(|(key, _)| key.hour >= hour);
        Ok(since.map(|(key, count)| HourlyCount { key: key.clone(), count: *count }).collect())
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
