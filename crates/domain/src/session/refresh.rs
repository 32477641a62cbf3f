use std::{sync::Arc, time::Duration};

use super::SessionCache;
use crate::{store::Store, store_error::StoreError, time::Clock};

/// How far back revocations are read each time. It covers the difference between the clocks of
/// two instances and the time between a revocation's date and its commit.
const LOOK_BACK: Duration = Duration::from_secs(30);

/// Learns which sessions were revoked on other instances. Run several times a second.
pub struct RefreshRevocations {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    cache: Arc<SessionCache>,
}

impl RefreshRevocations {
    /// Keeps `cache` in step with `store`.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, cache: Arc<SessionCache>) -> Self {
        Self { store, clock, cache }
    }

    /// Forgets what was revoked, and with that makes the cache believable for another second.
    pub async fn execute(&self) -> Result<(), StoreError> {
        let read_at = self.clock.now();
        let revoked = self.store.sessions().revoked_since(read_at.minus(LOOK_BACK)).await?;
        for token_hash in &revoked {
            self.cache.evict(token_hash);
        }
        self.cache.believe(read_at);
        Ok(())
    }
}
