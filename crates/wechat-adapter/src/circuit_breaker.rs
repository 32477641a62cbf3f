//! A circuit breaker: after a row of failures, calls stop for a while.
//!
//! Closed, every call passes. After so many failures in a row it opens, and no call passes. After a pause
//! it lets one call pass, a probe: its success closes the breaker, its failure opens it again.
//!
//! A call that began before the state last changed says nothing about the present and is not counted.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::{BreakerConfig, telemetry};

/// Decides which calls pass, by how earlier ones ended.
pub(crate) struct CircuitBreaker {
    config: BreakerConfig,
    circuit: Mutex<Circuit>,
}

struct Circuit {
    state: State,
    /// Counts the changes of state.
    era: u64,
}

/// Where the breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Every call passes.
    Closed {
        /// How many failures there were in a row, and when the last.
        failures: u32,
        last: Option<Instant>,
    },
    /// No call passes until then.
    Open { until: Instant },
    /// One call is under way that will tell.
    Probing,
}

/// One call that was let pass. Dropped without a word on how it went, it counts for nothing.
pub(crate) struct Ticket<'a> {
    breaker: &'a CircuitBreaker,
    era: u64,
    is_told: bool,
}

impl CircuitBreaker {
    pub(crate) fn new(config: BreakerConfig) -> Self {
        let state = State::Closed { failures: 0, last: None };
        telemetry::breaker_is(state);
        Self { config, circuit: Mutex::new(Circuit { state, era: 0 }) }
    }

    /// True where [`admit`](Self::admit) would let a call pass now.
    pub(crate) fn is_passable(&self) -> bool {
        self.circuit().is_passable()
    }

    /// Lets a call pass, or not.
    pub(crate) fn admit(&self) -> Option<Ticket<'_>> {
        let mut circuit = self.circuit();
        if !circuit.is_passable() {
            return None;
        }
        if let State::Open { .. } = circuit.state {
            circuit.enter(State::Probing);
        }
        Some(Ticket { breaker: self, era: circuit.era, is_told: false })
    }

    fn circuit(&self) -> MutexGuard<'_, Circuit> {
        // Every change is a single assignment, so a panic leaves nothing half done.
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Circuit {
    fn is_passable(&self) -> bool {
        match self.state {
            State::Closed { .. } => true,
            State::Open { until } => until <= Instant::now(),
            State::Probing => false,
        }
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.era += 1;
        telemetry::breaker_became(state);
    }

    fn succeeded(&mut self) {
        match &mut self.state {
            State::Closed { failures, .. } => *failures = 0,
            State::Probing => self.enter(State::Closed { failures: 0, last: None }),
            State::Open { .. } => {}
        }
    }

    fn failed(&mut self, config: BreakerConfig) {
        let now = Instant::now();
        let open = State::Open { until: now + config.pause };
        match &mut self.state {
            State::Closed { failures, last } => {
                let goes_on = last.is_some_and(|last| now - last <= config.window);
                *failures = if goes_on { *failures + 1 } else { 1 };
                *last = Some(now);
                if *failures >= config.failures {
                    self.enter(open);
                }
            }
            State::Probing => self.enter(open),
            State::Open { .. } => {}
        }
    }

    /// The probe was given up: the next call is one.
    fn given_up(&mut self) {
        if self.state == State::Probing {
            self.enter(State::Open { until: Instant::now() });
        }
    }
}

impl Ticket<'_> {
    pub(crate) fn succeeded(mut self) {
        self.tell(Circuit::succeeded);
    }

    pub(crate) fn failed(mut self) {
        let config = self.breaker.config;
        self.tell(|circuit| circuit.failed(config));
    }

    fn tell(&mut self, how: impl FnOnce(&mut Circuit)) {
        self.is_told = true;
        let mut circuit = self.breaker.circuit();
        if circuit.era == self.era {
            how(&mut circuit);
        }
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if !self.is_told {
            self.tell(Circuit::given_up);
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
    const NEARLY_THE_PAUSE: Duration = Duration::from_millis(1999);
    const A_MOMENT: Duration = Duration::from_millis(1);

    fn breaker() -> CircuitBreaker {
        CircuitBreaker::new(BreakerConfig { failures: 3, window: WINDOW, pause: PAUSE })
    }

    fn fail(breaker: &CircuitBreaker, times: usize) {
        for _ in 0..times {
            breaker.admit().expect("it is closed").failed();
        }
    }

    fn is_shut(breaker: &CircuitBreaker) -> bool {
        let is_shut = breaker.admit().is_none();
        assert_eq!(is_shut, !breaker.is_passable());
        is_shut
    }

    #[tokio::test(start_paused = true)]
    async fn stays_closed_below_the_number_of_failures() {
        let breaker = breaker();
        fail(&breaker, 2);
        assert!(!is_shut(&breaker));
    }

    #[tokio::test(start_paused = true)]
    async fn opens_at_the_number_of_failures() {
        let breaker = breaker();
        fail(&breaker, 3);
        assert!(is_shut(&breaker));
    }

    #[tokio::test(start_paused = true)]
    async fn a_success_begins_a_new_row() {
        let breaker = breaker();
        fail(&breaker, 2);
        breaker.admit().unwrap().succeeded();
        fail(&breaker, 2);
        assert!(!is_shut(&breaker));
        fail(&breaker, 1);
        assert!(is_shut(&breaker));
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_long_after_the_last_begins_a_new_row() {
        let breaker = breaker();
        fail(&breaker, 2);
        advance(WINDOW + A_MOMENT).await;
        fail(&breaker, 2);
        assert!(!is_shut(&breaker));
        advance(WINDOW).await;
        fail(&breaker, 1);
        assert!(is_shut(&breaker));
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_pause_one_call_passes() {
        let breaker = breaker();
        fail(&breaker, 3);
        advance(NEARLY_THE_PAUSE).await;
        assert!(is_shut(&breaker));
        advance(A_MOMENT).await;
        let probe = breaker.admit().expect("the pause is over");
        assert!(is_shut(&breaker));
        probe.succeeded();
        fail(&breaker, 2);
        assert!(!is_shut(&breaker));
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_probe_opens_it_for_another_pause() {
        let breaker = breaker();
        fail(&breaker, 3);
        advance(PAUSE).await;
        breaker.admit().expect("the pause is over").failed();
        advance(NEARLY_THE_PAUSE).await;
        assert!(is_shut(&breaker));
        advance(A_MOMENT).await;
        assert!(!is_shut(&breaker));
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_given_up_leaves_its_place_to_the_next_call() {
        let breaker = breaker();
        fail(&breaker, 3);
        advance(PAUSE).await;
        drop(breaker.admit().expect("the pause is over"));
        let probe = breaker.admit().expect("nobody probes");
        assert!(is_shut(&breaker));
        probe.succeeded();
        assert!(!is_shut(&breaker));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_given_up_counts_for_nothing() {
        let breaker = breaker();
        fail(&breaker, 2);
        drop(breaker.admit());
        assert!(!is_shut(&breaker));
        fail(&breaker, 1);
        assert!(is_shut(&breaker));
    }

    #[tokio::test(start_paused = true)]
    async fn calls_from_before_it_opened_change_nothing() {
        let breaker = breaker();
        let [a, b, c] = [(); 3].map(|()| breaker.admit().expect("it is closed"));
        fail(&breaker, 3);
        a.succeeded();
        assert!(is_shut(&breaker));
        advance(PAUSE).await;
        let probe = breaker.admit().expect("the pause is over");
        b.failed();
        drop(c);
        assert!(is_shut(&breaker));
        probe.succeeded();
        assert!(!is_shut(&breaker));
    }
}
