use async_trait::async_trait;
use domain::{
    store::StoreError,
    upkeep::{SweepHorizon, SweepHorizonChange, SweepHorizons},
};

use super::{Conflict, MemoryStore, World, guard};

impl World {
    pub(super) fn change_sweep_horizon(&mut self, change: &SweepHorizonChange) -> Result<(), Conflict> {
        match change {
            SweepHorizonChange::Add(horizon) => {
                guard(self.sweep_horizon.is_none())?;
                self.sweep_horizon = Some(*horizon);
            }
            SweepHorizonChange::Update(next) => {
                guard(self.sweep_horizon.is_some_and(|horizon| horizon.version == next.version))?;
                self.sweep_horizon = Some(SweepHorizon { version: next.version.next(), ..*next });
            }
        }
        Ok(())
    }
}

#[async_trait]
impl SweepHorizons for MemoryStore {
    async fn find(&self) -> Result<Option<SweepHorizon>, StoreError> {
        Ok(self.world().sweep_horizon)
    }
}
