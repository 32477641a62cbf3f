//! The virtual clock: the real clock plus an offset that only grows.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::{select, sync::Notify, time::sleep};

use crate::{RealClock, Simulator, SimulatorError, fields::Fields};

/// The longest advance: a hundred years.
const MAX_ADVANCE_SECONDS: u32 = 3_155_760_000;

pub(crate) struct VirtualClock {
    real: RealClock,
    offset_ms: AtomicI64,
    advanced: Notify,
}

impl VirtualClock {
    pub(crate) fn new(real: Option<RealClock>) -> Self {
        let real = real.unwrap_or_else(|| Arc::new(system_ms));
        Self { real, offset_ms: AtomicI64::new(0), advanced: Notify::new() }
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub(crate) fn now_ms(&self) -> i64 {
        (self.real)().saturating_add(self.offset_ms.load(Ordering::Relaxed))
    }

    /// Whole seconds since 1970-01-01 UTC.
    pub(crate) fn now_seconds(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    /// Waits until the clock shows `at_ms`, because time passes or the clock is advanced.
    pub(crate) async fn reach(&self, at_ms: i64) {
        loop {
            // It notices an advance from here on.
            let advanced = self.advanced.notified();
            let Ok(remaining_ms @ 1..) = u64::try_from(at_ms.saturating_sub(self.now_ms())) else { return };
            select! {
                () = advanced => {}
                () = sleep(Duration::from_millis(remaining_ms)) => {}
            }
        }
    }

    fn advance(&self, seconds: u32) {
        self.offset_ms.fetch_add(i64::from(seconds) * 1000, Ordering::Relaxed);
        self.advanced.notify_waiters();
    }
}

#[expect(clippy::disallowed_methods, reason = "the simulator's real clock")]
fn system_ms() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

impl Simulator {
    /// The virtual time, in milliseconds since 1970-01-01 UTC.
    pub fn now_ms(&self) -> i64 {
        self.world.clock.now_ms()
    }

    /// Advances the virtual clock. Codes expire, keys age and pushes are sent again by it; delays of faults
    /// take real time.
    pub fn advance(&self, seconds: u32) {
        self.world.clock.advance(seconds);
    }
}

pub(crate) fn routes() -> Router<Simulator> {
    Router::new().route("/sim/clock", get(read)).route("/sim/clock/advance", post(advance))
}

async fn read(State(simulator): State<Simulator>) -> Json<Value> {
    Json(json!({ "now": simulator.now_ms() }))
}

async fn advance(
    State(simulator): State<Simulator>,
    mut fields: Fields,
) -> Result<Json<Value>, SimulatorError> {
    let seconds = fields.unsigned("seconds", MAX_ADVANCE_SECONDS)?;
    let seconds = seconds.ok_or_else(|| fields.invalid("seconds", "is missing"))?;
    fields.reject_unknown()?;
    simulator.advance(seconds);
    Ok(read(State(simulator)).await)
}
