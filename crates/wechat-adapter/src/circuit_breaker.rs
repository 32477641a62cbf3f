//! A circuit breaker: stops calls for a while after consecutive failures.
//!
//! Closed, it lets every call through. After a number of consecutive failures it opens and rejects every
//! call. After a pause it is half-open and lets one probe through: if the probe succeeds the breaker closes,
//! if it fails the breaker opens again.
//!
//! The outcome of a call that started before the last state change is ignored: it says nothing about the
//! present.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::overview::Breaker;
use tokio::time::Instant;

use crate::{BreakerConfig, clock, telemetry};

/// Decides from the outcomes of earlier calls whether to let a call through.
pub(crate) struct CircuitBreaker {
    config: BreakerConfig,
    circuit: Mutex<Circuit>,
}

struct Circuit {
    endpoint: &'static str,
    state: State,
    /// The number of state changes so far.
    generation: u64,
}

/// The state of the breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Lets every call through.
    Closed {
        /// The number of consecutive failures, and when the last one happened.
        failures: u32,
        last: Option<Instant>,
    },
    /// Rejects every call until then.
    Open { until: Instant },
    /// Rejects every call while a probe is in flight.
    HalfOpen,
}

/// Permission for one call. If it is dropped without an outcome, the call was cancelled and counts for
/// nothing.
pub(crate) struct BreakerPermit<'a> {
    breaker: &'a CircuitBreaker,
    generation: u64,
    is_recorded: bool,
}

impl CircuitBreaker {
    pub(crate) fn new(endpoint: &'static str, config: BreakerConfig) -> Self {
        let state = State::Closed { failures: 0, last: None };
        telemetry::set_breaker_state(endpoint, state);
        Self { config, circuit: Mutex::new(Circuit { endpoint, state, generation: 0 }) }
    }

    /// The state, for the operator. One whose pause is over lets the next call through as a probe.
    pub(crate) fn state(&self) -> Breaker {
        match self.circuit().state {
            State::Closed { .. } => Breaker::Closed,
            State::Open { until } if until <= clock::now() => Breaker::HalfOpen,
            State::Open { .. } => Breaker::Open,
            State::HalfOpen => Breaker::HalfOpen,
        }
    }

    /// Whether [`try_acquire`](Self::try_acquire) would let a call through now.
    pub(crate) fn allows_calls(&self) -> bool {
        self.circuit().allows_calls()
    }

    /// Lets a call through, or returns `None`.
    pub(crate) fn try_acquire(&self) -> Option<BreakerPermit<'_>> {
        let mut circuit = self.circuit();
        if !circuit.allows_calls() {
            return None;
        }
        if let State::Open { .. } = circuit.state {
            circuit.change_to(State::HalfOpen);
        }
        Some(BreakerPermit { breaker: self, generation: circuit.generation, is_recorded: false })
    }

    fn circuit(&self) -> MutexGuard<'_, Circuit> {
        // Every change is a single assignment, so a panic cannot leave the circuit inconsistent.
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Circuit {
    fn allows_calls(&self) -> bool {
        match self.state {
            State::Closed { .. } => true,
            State::Open { until } => until <= clock::now(),
            State::HalfOpen => false,
        }
    }

    fn change_to(&mut self, state: State) {
        self.state = state;
        self.generation += 1;
        telemetry::record_breaker_change(self.endpoint, state);
    }

    fn on_success(&mut self) {
        match &mut self.state {
            State::Closed { failures, .. } => *failures = 0,
            State::HalfOpen => self.change_to(State::Closed { failures: 0, last: None }),
            State::Open { .. } => {}
        }
    }

    fn on_failure(&mut self, config: BreakerConfig) {
        let now = clock::now();
        let open = State::Open { until: now + config.pause };
        match &mut self.state {
            State::Closed { failures, last } => {
                let is_consecutive = last.is_some_and(|last| now - last <= config.window);
                *failures = if is_consecutive { *failures + 1 } else { 1 };
                *last = Some(now);
                if *failures >= config.failures {
                    self.change_to(open);
                }
            }
            State::HalfOpen => self.change_to(open),
            State::Open { .. } => {}
        }
    }

    /// After a cancelled probe the next call is the probe.
    fn on_cancel(&mut self) {
        if self.state == State::HalfOpen {
            self.change_to(State::Open { until: clock::now() });
        }
    }
}

impl BreakerPermit<'_> {
    pub(crate) fn record_success(mut self) {
        self.record(Circuit::on_success);
    }

    pub(crate) fn record_failure(mut self) {
        let config = self.breaker.config;
        self.record(|circuit| circuit.on_failure(config));
    }

    fn record(&mut self, outcome: impl FnOnce(&mut Circuit)) {
        self.is_recorded = true;
        let mut circuit = self.breaker.circuit();
        if circuit.generation == self.generation {
            outcome(&mut circuit);
        }
    }
}

impl Drop for BreakerPermit<'_> {
    fn drop(&mut self) {
        if !self.is_recorded {
            self.record(Circuit::on_cancel);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::advance;

    use super::*;

    const PAUSE: Duration = Duration::from_secs(2);
    const WINDOW: Duration = Duration::from_secs(30);
    const ALMOST_THE_PAUSE: Duration = Duration::from_millis(1999);
    const A_MILLISECOND: Duration = Duration::from_millis(1);

    fn breaker() -> CircuitBreaker {
        CircuitBreaker::new("code2session", BreakerConfig { failures: 3, window: WINDOW, pause: PAUSE })
    }

    fn fail(breaker: &CircuitBreaker, times: usize) {
        for _ in 0..times {
            breaker.try_acquire().expect("it is closed").record_failure();
        }
    }

    fn rejects_calls(breaker: &CircuitBreaker) -> bool {
        let rejects_calls = breaker.try_acquire().is_none();
        assert_eq!(rejects_calls, !breaker.allows_calls());
        rejects_calls
    }

    #[tokio::test(start_paused = true)]
    async fn stays_closed_below_the_failure_threshold() {
        let breaker = breaker();
        fail(&breaker, 2);
        assert!(!rejects_calls(&breaker));
    }

    #[tokio::test(start_paused = true)]
    async fn opens_at_the_failure_threshold() {
        let breaker = breaker();
        fail(&breaker, 3);
        assert!(rejects_calls(&breaker));
    }

    #[tokio::test(start_paused = true)]
    async fn a_success_resets_the_failure_count() {
        let breaker = breaker();
        fail(&breaker, 2);
        breaker.try_acquire().unwrap().record_success();
        fail(&breaker, 2);
        assert!(!rejects_calls(&breaker));
        fail(&breaker, 1);
        assert!(rejects_calls(&breaker));
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_outside_the_window_restarts_the_count() {
        let breaker = breaker();
        fail(&breaker, 2);
        advance(WINDOW + A_MILLISECOND).await;
        fail(&breaker, 2);
        assert!(!rejects_calls(&breaker));
        advance(WINDOW).await;
        fail(&breaker, 1);
        assert!(rejects_calls(&breaker));
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_pause_one_probe_is_let_through() {
        let breaker = breaker();
        assert_eq!(breaker.state(), Breaker::Closed);
        fail(&breaker, 3);
        advance(ALMOST_THE_PAUSE).await;
        assert!(rejects_calls(&breaker));
        assert_eq!(breaker.state(), Breaker::Open);
        advance(A_MILLISECOND).await;
        assert_eq!(breaker.state(), Breaker::HalfOpen);
        let probe = breaker.try_acquire().expect("the pause is over");
        assert!(rejects_calls(&breaker));
        assert_eq!(breaker.state(), Breaker::HalfOpen);
        probe.record_success();
        assert_eq!(breaker.state(), Breaker::Closed);
        fail(&breaker, 2);
        assert!(!rejects_calls(&breaker));
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_probe_reopens_for_another_pause() {
        let breaker = breaker();
        fail(&breaker, 3);
        advance(PAUSE).await;
        breaker.try_acquire().expect("the pause is over").record_failure();
        advance(ALMOST_THE_PAUSE).await;
        assert!(rejects_calls(&breaker));
        advance(A_MILLISECOND).await;
        assert!(!rejects_calls(&breaker));
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_cancelled_probe_the_next_call_is_the_probe() {
        let breaker = breaker();
        fail(&breaker, 3);
        advance(PAUSE).await;
        drop(breaker.try_acquire().expect("the pause is over"));
        let probe = breaker.try_acquire().expect("no probe is in flight");
        assert!(rejects_calls(&breaker));
        probe.record_success();
        assert!(!rejects_calls(&breaker));
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_call_counts_for_nothing() {
        let breaker = breaker();
        fail(&breaker, 2);
        drop(breaker.try_acquire());
        assert!(!rejects_calls(&breaker));
        fail(&breaker, 1);
        assert!(rejects_calls(&breaker));
    }

    #[tokio::test(start_paused = true)]
    async fn outcomes_of_calls_from_before_a_state_change_are_ignored() {
        let breaker = breaker();
        let [a, b, c] = [(); 3].map(|()| breaker.try_acquire().expect("it is closed"));
        fail(&breaker, 3);
        a.record_success();
        assert!(rejects_calls(&breaker));
        advance(PAUSE).await;
        let probe = breaker.try_acquire().expect("the pause is over");
        b.record_failure();
        drop(c);
        assert!(rejects_calls(&breaker));
        probe.record_success();
        assert!(!rejects_calls(&breaker));
    }
}
