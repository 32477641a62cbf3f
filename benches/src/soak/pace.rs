//! Steps at fixed times, and how long each took.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::time::sleep_until;

use crate::load::{Connection, Script, now};

/// Plays each turn of a script at its own time, whether or not those before it have ended.
///
/// A step takes from its time until it has ended: where no connection is free at its time, the wait counts. A timer's
/// resolution of a millisecond counts, too.
pub(super) struct Paced<S> {
    script: Arc<S>,
    address: SocketAddr,
    begun: Instant,
    /// From one turn to the next.
    period: Duration,
    interval: Mutex<Interval>,
    is_stopped: AtomicBool,
}

/// What became of the steps since the last sample.
#[derive(Default)]
pub(super) struct Interval {
    pub(super) latencies: Vec<Duration>,
    pub(super) errors: u32,
}

impl<S: Script> Paced<S> {
    /// Begins now, with `rate` turns a second.
    pub(super) fn new(script: Arc<S>, address: SocketAddr, rate: f64) -> Self {
        Self {
            script,
            address,
            begun: now(),
            period: Duration::from_secs_f64(1.0 / rate),
            interval: Mutex::default(),
            is_stopped: AtomicBool::new(false),
        }
    }

    pub(super) const fn begun(&self) -> Instant {
        self.begun
    }

    /// What became of the steps since the last call.
    pub(super) fn take(&self) -> Interval {
        std::mem::take(&mut self.interval.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ends the run before its time.
    pub(super) fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }
}

impl<S: Script> Script for Paced<S> {
    async fn play(&self, connection: &mut Connection, turn: usize) -> Result<(), String> {
        let scheduled = self.begun + self.period.saturating_mul(u32::try_from(turn).unwrap_or(u32::MAX));
        sleep_until(scheduled.into()).await;
        if self.is_stopped() {
            return Err("stopped".to_owned());
        }
        let outcome = self.script.play(connection, turn).await;
        let latency = scheduled.elapsed();
        let is_first = {
            let mut interval = self.interval.lock().unwrap_or_else(PoisonError::into_inner);
            interval.latencies.push(latency);
            interval.errors += u32::from(outcome.is_err());
            outcome.is_err() && interval.errors == 1
        };
        if let Err(error) = outcome {
            if is_first {
                crate::log(&format!("a step failed: {error}"));
            }
            // The connection may be broken. Where there is no new one, the next step fails, too.
            if let Ok(opened) = Connection::open(self.address).await {
                *connection = opened;
            }
        }
        Ok(())
    }
}
