use std::time::Duration;

use async_trait::async_trait;
use contract::clock::RunningClock;
use domain::time::{Clock, Timestamp};
use server::clock::{SimulatorClock, SystemClock};
use support::FixedClock;
use wechat_simulator::{Simulator, SimulatorConfig};

const START: Timestamp = Timestamp::from_millis(1_795_104_000_123);

/// A clock whose time passes by itself.
struct Itself<C>(C);

#[async_trait]
impl<C: Clock> RunningClock for Itself<C> {
    fn clock(&self) -> &dyn Clock {
        &self.0
    }

    async fn pass(&self, _sleepers: usize, _duration: Duration) {}
}

/// A clock that has to be advanced.
struct Advanced(FixedClock);

#[async_trait]
impl RunningClock for Advanced {
    fn clock(&self) -> &dyn Clock {
        &self.0
    }

    async fn pass(&self, sleepers: usize, duration: Duration) {
        self.0.until_sleeping(sleepers).await;
        self.0.advance(duration);
    }
}

mod system {
    use super::{Itself, SystemClock};

    contract::clock_suite!(Itself(SystemClock));
}

mod simulator {
    use super::{Itself, Simulator, SimulatorClock, SimulatorConfig};

    contract::clock_suite!(Itself(SimulatorClock::new(Simulator::new(SimulatorConfig::default()))));
}

mod advanced {
    use super::{Advanced, FixedClock, START};

    contract::clock_suite!(Advanced(FixedClock::at(START)));
}

mod moving_on {
    use super::{FixedClock, Itself, START};

    contract::clock_suite!(Itself(FixedClock::moving_on(START)));
}
