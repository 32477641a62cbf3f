//! The clocks that a server can run by.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use domain::time::{Clock, Timestamp};
use wechat_simulator::Simulator;

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the system is asked for the time")]
    fn now(&self) -> Timestamp {
        // A clock before 1970 is broken; everything is then simply at the beginning.
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// The virtual clock of a simulator, so that server and WeChat agree on the time when it is advanced.
/// Waiting takes real time.
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

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
