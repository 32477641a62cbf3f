use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::{
    clock_offset::{ClockState, CompareClocks},
    store::Store,
    time::{Clock, Timestamp},
};
use tokio::{sync::Mutex, time::timeout};

use crate::problem::{Problem, ProblemCode};

/// How long the store may take to answer a ping, which reads and writes, before this instance counts as not ready.
const PING_TIMEOUT: Duration = Duration::from_secs(2);

/// How long the outcome of a ping counts. However many requests ask whether this instance is ready, they
/// cost the store two pings a second, and each writes one row.
const PING_COUNTS_FOR: Duration = Duration::from_millis(500);

/// Whether this instance should get requests: its store can be read and written, its clock is about right, and
/// it is not draining.
pub struct Readiness {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    clocks: Arc<CompareClocks>,
    draining: AtomicBool,
    /// Locked during a ping: who asks meanwhile waits for its outcome.
    latest_ping: Mutex<Option<Ping>>,
}

/// A ping of the store.
struct Ping {
    at: Timestamp,
    outcome: Result<(), Problem>,
}

impl Readiness {
    /// Ready as long as `store` responds to a ping and `clocks` has not found this one far off.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, clocks: Arc<CompareClocks>) -> Self {
        Self { store, clock, clocks, draining: AtomicBool::new(false), latest_ping: Mutex::default() }
    }

    /// Reports this instance as not ready from now on, so that a load balancer stops sending requests.
    pub fn start_draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether `/readyz` would answer that this instance is ready.
    pub async fn is_ready(&self) -> bool {
        self.check().await.is_ok()
    }

    /// Fails with `draining` while the server stops, with `clock_wrong` where the clock was found far off,
    /// and with `store_unavailable` where the store cannot be read and written within two seconds.
    pub(crate) async fn check(&self) -> Result<(), Problem> {
        if self.draining.load(Ordering::Relaxed) {
            return Err(ProblemCode::Draining.into());
        }
        self.check_clock()?;
        let mut latest_ping = self.latest_ping.lock().await;
        let now = self.clock.now();
        if let Some(ping) = &*latest_ping
            && now.distance(ping.at) < PING_COUNTS_FOR
        {
            return ping.outcome.clone();
        }
        let outcome = self.ping().await;
        *latest_ping = Some(Ping { at: now, outcome: outcome.clone() });
        outcome
    }

    fn check_clock(&self) -> Result<(), Problem> {
        let offset = self.clocks.latest();
        match offset.state() {
            ClockState::Right | ClockState::Off => Ok(()),
            ClockState::FarOff => {
                let cause = format!("{} ms ahead of the database's clock", offset.as_millis());
                Err(Problem::new(ProblemCode::ClockWrong).with_cause(cause))
            }
        }
    }

    async fn ping(&self) -> Result<(), Problem> {
        match timeout(PING_TIMEOUT, self.store.ping()).await {
            Ok(ping) => Ok(ping?),
            Err(_) => Err(Problem::new(ProblemCode::StoreUnavailable).with_cause("the ping timed out")),
        }
    }
}
