use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;

use crate::{
    store::{Attempt, Store},
    store_error::StoreError,
    time::{Clock, Timestamp},
    version::Version,
};

/// How much faster than real time the horizon may pass where it is behind: after a week without a server it has caught
/// up within a week.
const PACE: u32 = 2;

/// The time that sweeps go by: what is to be removed is old by it, and not only by the clock of the moment.
///
/// A clock that jumps years ahead makes everything on record look old, and what is removed then stays removed when the
/// clock is right again. So this time is on record. It is never ahead of the clock, and from one sweep to the next it
/// passes with the uptime of the clock. Where it is behind, things stay for longer, and nothing is lost by that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SweepHorizon {
    /// The time.
    pub at: Timestamp,
    /// Counts its changes.
    pub version: Version,
}

/// A change of the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SweepHorizonChange {
    /// Records the first one. Guard: there is none.
    Add(SweepHorizon),
    /// Moves it. Guard: the version on record.
    Update(SweepHorizon),
}

/// The horizon on record.
#[async_trait]
pub trait SweepHorizons: Send + Sync {
    /// The horizon, once there is one.
    async fn find(&self) -> Result<Option<SweepHorizon>, StoreError>;
}

/// Moves the horizon on.
pub(super) struct MoveHorizon {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// The uptime of the clock when it was moved here for the last time.
    moved_at: Mutex<Option<Duration>>,
}

impl MoveHorizon {
    pub(super) const fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, moved_at: Mutex::new(None) }
    }

    /// Returns where it is now.
    pub(super) async fn execute(&self) -> Result<Timestamp, StoreError> {
        let passed = self.passed();
        self.store.settle(|| self.attempt(passed)).await
    }

    /// The time since the last call.
    fn passed(&self) -> Duration {
        let uptime = self.clock.uptime();
        let moved_at = self.moved_at.lock().unwrap_or_else(PoisonError::into_inner).replace(uptime);
        moved_at.map_or(Duration::ZERO, |moved_at| uptime.saturating_sub(moved_at))
    }

    async fn attempt(&self, passed: Duration) -> Result<Attempt<Timestamp>, StoreError> {
        let clock = self.clock.now();
        let horizon = self.store.sweep_horizons().find().await?;
        let (at, change) = match horizon {
            None => (clock, SweepHorizonChange::Add(SweepHorizon { at: clock, version: Version::FIRST })),
            Some(horizon) => {
                let at = clock.min(horizon.at.plus(passed * PACE));
                (at, SweepHorizonChange::Update(SweepHorizon { at, ..horizon }))
            }
        };
        Ok(Attempt::new([change].into_iter().collect(), at))
    }
}
