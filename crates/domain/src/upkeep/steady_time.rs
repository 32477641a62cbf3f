use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use crate::{
    event::EventFilter,
    store::Store,
    store_error::StoreError,
    time::{Clock, Timestamp},
};

/// How far the clock may be past the latest event on record when it is asked for the first time. What is swept that
/// much early was about to be swept.
const LEEWAY: Duration = Duration::from_hours(24);

/// The time for what cannot be undone: a clock that jumps years ahead does not move it.
///
/// A wrong clock makes everything on record look old, and what is removed then stays removed when the clock is right
/// again. So this time is at most a day past the latest event that was on record at first, and from there on it passes
/// with the uptime of the clock. Where nothing had happened for longer, it is behind by as much, and things stay for
/// that much longer.
pub(super) struct SteadyTime {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// The latest that it could be when the clock's uptime was zero.
    latest: OnceLock<Timestamp>,
}

impl SteadyTime {
    pub(super) const fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, latest: OnceLock::new() }
    }

    pub(super) async fn now(&self) -> Result<Timestamp, StoreError> {
        let latest = match self.latest.get() {
            Some(latest) => *latest,
            None => match self.store.events().latest(&EventFilter::All, None, 1).await?.first() {
                Some(event) => {
                    let latest = event.at.plus(LEEWAY).minus(self.clock.uptime());
                    *self.latest.get_or_init(|| latest)
                }
                // Where nothing ever happened, there is nothing to lose.
                None => return Ok(self.clock.now()),
            },
        };
        Ok(self.clock.now().min(latest.plus(self.clock.uptime())))
    }
}
