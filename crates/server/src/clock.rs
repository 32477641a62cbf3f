//! The clocks that a server can use.

use std::{
    sync::LazyLock,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use domain::time::{Clock, Timestamp};
use wechat_simulator::Simulator;

/// When the process asked for the first time how long it has been running.
#[expect(clippy::disallowed_methods, reason = "how long the system's clock has been running")]
static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the only place that reads the system's clock")]
    fn now(&self) -> Timestamp {
        // A clock before 1970 is wrong anyway; it counts as 1970.
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }

    fn uptime(&self) -> Duration {
        STARTED.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// The virtual clock of a simulator: the server and the simulated WeChat agree on the time when a test or a
/// developer advances it. Sleeping takes real time.
#[derive(Clone, Debug)]
pub struct SimulatorClock(Simulator);

impl SimulatorClock {
    /// The clock of this simulator.
    pub const fn new(simulator: Simulator) -> Self {
        Self(simulator)
    }
}

#[async_trait]
impl Clock for SimulatorClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.now_ms())
    }

    // Whoever advances the simulator wants that time to have passed.
    fn uptime(&self) -> Duration {
        self.now().distance(Timestamp::from_millis(0))
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
