use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::time::{Clock, Timestamp};

use super::Rate;

/// The time since this was made, for limiters.
///
/// It never goes back. If the system's clock is set back, no time passes for a moment. Otherwise an
/// address that has used up its limit would be refused until the clock has caught up.
#[derive(Clone)]
pub(super) struct Elapsed(Arc<Shared>);

struct Shared {
    clock: Arc<dyn Clock>,
    progress: Mutex<Progress>,
}

struct Progress {
    last_seen: Timestamp,
    elapsed: Duration,
}

impl Elapsed {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let progress = Progress { last_seen: clock.now(), elapsed: Duration::ZERO };
        Self(Arc::new(Shared { clock, progress: Mutex::new(progress) }))
    }
}

impl governor::clock::Clock for Elapsed {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let Shared { clock, progress } = &*self.0;
        let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
        let now = clock.now();
        if now > progress.last_seen {
            // After the longest period every bucket is full: more time makes no difference.
            let step = now.distance(progress.last_seen).min(Rate::MAX_PERIOD);
            progress.elapsed = progress.elapsed.saturating_add(step);
        }
        progress.last_seen = now;
        progress.elapsed
    }
}
