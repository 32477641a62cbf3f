//! The gate before WeChat: a limit on calls under way, and a circuit breaker.

use std::time::Duration;

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use crate::{
    WeChatConfig,
    circuit_breaker::{CircuitBreaker, Ticket},
};

/// Lets calls pass while WeChat can be hoped to answer them.
pub(crate) struct Gate {
    places: Semaphore,
    max_wait: Duration,
    breaker: CircuitBreaker,
}

/// The right to make one exchange. Dropped without a word on how it went, it only frees its place.
pub(crate) struct Pass<'a> {
    ticket: Ticket<'a>,
    _place: SemaphorePermit<'a>,
}

impl Gate {
    pub(crate) fn new(config: &WeChatConfig) -> Self {
        Self {
            places: Semaphore::new(config.max_in_flight.min(Semaphore::MAX_PERMITS)),
            max_wait: config.max_wait,
            breaker: CircuitBreaker::new(config.breaker),
        }
    }

    /// A pass, or none where the breaker is open or no place comes free in time.
    pub(crate) async fn enter(&self) -> Option<Pass<'_>> {
        // An open breaker refuses at once, even while every place is taken by a call that hangs; and it may
        // have opened during the wait.
        if !self.breaker.is_passable() {
            return None;
        }
        let place = timeout(self.max_wait, self.places.acquire()).await.ok()?.ok()?;
        let ticket = self.breaker.admit()?;
        Some(Pass { ticket, _place: place })
    }
}

impl Pass<'_> {
    /// WeChat answered, whatever it said.
    pub(crate) fn succeeded(self) {
        self.ticket.succeeded();
    }

    /// WeChat gave no usable answer.
    pub(crate) fn failed(self) {
        self.ticket.failed();
    }
}

#[cfg(test)]
mod tests {
    use domain::app::{AppId, AppSecret};
    use tokio::time::Instant;

    use super::*;
    use crate::BreakerConfig;

    const WAIT: Duration = Duration::from_millis(250);

    fn gate() -> Gate {
        let mut config = WeChatConfig::new(Vec::<(AppId, AppSecret)>::new());
        config.max_in_flight = 2;
        config.max_wait = WAIT;
        config.breaker = BreakerConfig { failures: 1, ..BreakerConfig::default() };
        Gate::new(&config)
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_too_many_waits_and_is_then_shed() {
        let gate = gate();
        let _passes =
            [gate.enter().await.expect("a place is free"), gate.enter().await.expect("and another")];
        let start = Instant::now();
        assert!(gate.enter().await.is_none());
        assert_eq!(start.elapsed(), WAIT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_that_comes_free_is_taken() {
        let gate = gate();
        let pass = gate.enter().await.expect("a place is free");
        let _other = gate.enter().await.expect("a place is free");
        let (next, ()) = tokio::join!(gate.enter(), async { pass.succeeded() });
        assert!(next.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn an_open_breaker_sheds_at_once_though_every_place_is_taken() {
        let gate = gate();
        let pass = gate.enter().await.expect("a place is free");
        let _other = gate.enter().await.expect("a place is free");
        pass.failed();
        let start = Instant::now();
        assert!(gate.enter().await.is_none());
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_breaker_that_opens_during_the_wait_sheds_too() {
        let gate = gate();
        let pass = gate.enter().await.expect("a place is free");
        let _other = gate.enter().await.expect("a place is free");
        let (next, ()) = tokio::join!(gate.enter(), async { pass.failed() });
        assert!(next.is_none());
    }
}
