use async_trait::async_trait;
use domain::{
    access_token::{ForcedRefresh, ForcedRefreshChange, ForcedRefreshes},
    app::AppId,
    store::StoreError,
};

use super::{Conflict, MemoryStore, World, guard};

impl World {
    pub(super) fn change_forced_refresh(&mut self, change: &ForcedRefreshChange) -> Result<(), Conflict> {
        let next = match change {
            ForcedRefreshChange::First(first) => {
                guard(!self.forced_refreshes.contains_key(&first.app_id))?;
                first.clone()
            }
            ForcedRefreshChange::Replace { seen, next } => {
                guard(self.forced_refreshes.get(&seen.app_id) == Some(seen))?;
                ForcedRefresh { app_id: seen.app_id.clone(), ..next.clone() }
            }
        };
        self.forced_refreshes.insert(next.app_id.clone(), next);
        Ok(())
    }
}

#[async_trait]
impl ForcedRefreshes for MemoryStore {
    async fn latest(&self, app: &AppId) -> Result<Option<ForcedRefresh>, StoreError> {
        Ok(self.world().forced_refreshes.get(app).cloned())
    }
}
