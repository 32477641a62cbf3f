//! Upkeep: sweeping what has expired, in small batches, beside the running service.

mod horizon;

use std::{sync::Arc, time::Duration};

use self::horizon::MoveHorizon;
pub use self::horizon::{SweepHorizon, SweepHorizonChange, SweepHorizons};
use crate::{
    hourly_count::{self, Hour},
    key_ring::Grace,
    operator::IDLE_LIFE,
    push,
    session::{FlushTouches, REPEATABLE_FOR},
    store::Store,
    store_error::StoreError,
    time::Clock,
};

/// At most so many rows of a kind go in one statement.
const BATCH: u32 = 500;

/// For how long an ended session is kept, so that its token still gets a precise answer.
const ENDED_SESSIONS_KEPT: Duration = Duration::from_hours(24);

/// So many numbers of revocations are kept: far more than are recorded between two readings of an
/// instance. By age, they could be removed unread where clocks differ.
const REVOCATIONS_KEPT: u64 = 100_000;

/// What a sweep removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Superseded keys past their grace window.
    pub session_keys: u64,
    /// Sessions that ended a day ago or earlier.
    pub sessions: u64,
    /// Attempts to exchange codes past their time.
    pub code_attempts: u64,
    /// Sealed tokens of registrations that can no longer be repeated.
    pub successions: u64,
    /// Revocations that every instance has read.
    pub revocations: u64,
    /// Events that are older than the configured time.
    pub events: u64,
    /// Deliveries of such events to webhooks.
    pub deliveries: u64,
    /// Sessions of operators that were not used for long.
    pub operator_sessions: u64,
    /// Diagnoses that are older than the configured time.
    pub diagnoses: u64,
    /// Hourly counts that are too old for any overview.
    pub hourly_counts: u64,
    /// Messages of WeChat's that are too old to be delivered again.
    pub pushes: u64,
}

impl Swept {
    /// Whether some kind had as many rows as fit in one batch, so that more may be waiting.
    pub fn is_full(&self) -> bool {
        let Self {
            session_keys,
            sessions,
            code_attempts,
            successions,
            revocations,
            events,
            deliveries,
            operator_sessions,
            diagnoses,
            hourly_counts,
            pushes,
        } = *self;
        let counts = [
            session_keys,
            sessions,
            code_attempts,
            successions,
            revocations,
            events,
            deliveries,
            operator_sessions,
            diagnoses,
            hourly_counts,
            pushes,
        ];
        counts.iter().any(|count| *count >= u64::from(BATCH))
    }
}

/// How long is kept what has no end of its own.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// Superseded keys.
    pub keys: Grace,
    /// Events; `None` for ever.
    pub events: Option<Duration>,
    /// Diagnoses.
    pub diagnoses: Duration,
}

/// Sweeps the store.
pub struct Sweep {
    store: Arc<dyn Store>,
    flush: Arc<FlushTouches>,
    horizon: MoveHorizon,
    kept: Kept,
}

impl Sweep {
    /// Sweeps `store`, once `flush` has written to it.
    pub fn new(store: Arc<dyn Store>, flush: Arc<FlushTouches>, clock: Arc<dyn Clock>, kept: Kept) -> Self {
        let horizon = MoveHorizon::new(Arc::clone(&store), clock);
        Self { store, flush, horizon, kept }
    }

    /// Removes one batch of each kind and says how much that was.
    pub async fn execute(&self) -> Result<Swept, StoreError> {
        // A session that was used must not look as if it had ended long ago, even where the clock jumps.
        self.flush.execute().await?;
        let now = self.horizon.execute().await?;
        let keys_before = now.minus(self.kept.keys.window());
        let successions_before = now.minus(REPEATABLE_FOR);
        let events_before = self.kept.events.map(|kept| now.minus(kept));
        let counts_before = Hour::of(now.minus(hourly_count::KEPT));
        Ok(Swept {
            session_keys: self.store.key_rings().sweep(keys_before, BATCH).await?,
            successions: self.store.sessions().sweep_successions(successions_before, BATCH).await?,
            sessions: self.store.sessions().sweep(now.minus(ENDED_SESSIONS_KEPT), BATCH).await?,
            revocations: self.store.sessions().sweep_revocations(REVOCATIONS_KEPT, BATCH).await?,
            code_attempts: self.store.code_attempts().sweep(now, BATCH).await?,
            deliveries: match events_before {
                Some(before) => self.store.deliveries().sweep(before, BATCH).await?,
                None => 0,
            },
            events: match events_before {
                Some(before) => self.store.events().sweep(before, BATCH).await?,
                None => 0,
            },
            operator_sessions: self.store.operators().sweep(now.minus(IDLE_LIFE), BATCH).await?,
            diagnoses: self.store.diagnoses().sweep(now.minus(self.kept.diagnoses), BATCH).await?,
            hourly_counts: self.store.hourly_counts().sweep(counts_before, BATCH).await?,
            pushes: self.store.pushes().sweep(now.minus(push::KEPT), BATCH).await?,
        })
    }
}
