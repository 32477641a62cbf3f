use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::store::Store;
use tokio::time::timeout;

use crate::problem::{Problem, ProblemCode};

/// How long the store may take to respond to a ping before this instance counts as not ready.
const PING_TIMEOUT: Duration = Duration::from_secs(2);

/// Whether this instance should get requests: its store responds, and it is not draining.
pub struct Readiness {
    store: Arc<dyn Store>,
    draining: AtomicBool,
}

impl Readiness {
    /// Ready as long as `store` responds to a ping.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, draining: AtomicBool::new(false) }
    }

    /// Reports this instance as not ready from now on, so that a load balancer stops sending requests.
    pub fn start_draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Fails with `draining` while the server stops, and with `store_unavailable` where the store does
    /// not respond to a ping within two seconds.
    pub(crate) async fn check(&self) -> Result<(), Problem> {
        if self.draining.load(Ordering::Relaxed) {
            return Err(ProblemCode::Draining.into());
        }
        match timeout(PING_TIMEOUT, self.store.ping()).await {
            Ok(ping) => Ok(ping?),
            Err(_) => Err(Problem::new(ProblemCode::StoreUnavailable).with_cause("the ping timed out")),
        }
    }
}
