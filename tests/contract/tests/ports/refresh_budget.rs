use std::{sync::Arc, time::Duration};

use contract::refresh_budget::Counting;
use domain::{
    access_token::{CountForcedRefreshes, RefreshBudget},
    time::Timestamp,
};
use support::{FixedClock, MemoryStore};

/// 2026-11-29 in Beijing, one second after midnight.
const START: Timestamp = Timestamp::from_millis(1_795_881_601_000);

/// Two instances with one store and one clock.
struct Shared {
    clock: Arc<FixedClock>,
    budgets: [CountForcedRefreshes; 2],
}

fn shared() -> Shared {
    let clock = Arc::new(FixedClock::at(START));
    let store = Arc::new(MemoryStore::default());
    let budget = || CountForcedRefreshes::new(store.clone(), clock.clone());
    Shared { budgets: [budget(), budget()], clock }
}

impl Counting for Shared {
    fn budgets(&self) -> [&dyn RefreshBudget; 2] {
        let [here, there] = &self.budgets;
        [here, there]
    }

    fn pass(&self, duration: Duration) {
        self.clock.advance(duration);
    }
}

contract::refresh_budget_suite!(shared());
