//! Admission control for the calls of an endpoint: a concurrency limit and a circuit breaker.

use std::time::Duration;

use domain::overview::Breaker;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use crate::{
    WeChatConfig,
    circuit_breaker::{BreakerPermit, CircuitBreaker},
};

/// Sheds calls while too many are in flight or the breaker is open.
pub(crate) struct Admission {
    in_flight: Semaphore,
    max_wait: Duration,
    breaker: CircuitBreaker,
}

/// Permission for one call. If it is dropped without an outcome, the call was cancelled and the breaker
/// counts nothing.
pub(crate) struct Permit<'a> {
    breaker: BreakerPermit<'a>,
    _in_flight: SemaphorePermit<'a>,
}

impl Admission {
    pub(crate) fn new(endpoint: &'static str, config: &WeChatConfig) -> Self {
        Self {
            in_flight: Semaphore::new(config.max_in_flight.min(Semaphore::MAX_PERMITS)),
            max_wait: config.max_wait,
            breaker: CircuitBreaker::new(endpoint, config.breaker),
        }
    }

    /// The state of the breaker.
    pub(crate) fn breaker_state(&self) -> Breaker {
        self.breaker.state()
    }

    /// Waits up to `max_wait` for a permit. `None` if the breaker is open or the wait times out.
    pub(crate) async fn acquire(&self) -> Option<Permit<'_>> {
        // An open breaker sheds at once, even while hanging calls hold every permit. It may also open during
        // the wait.
        if !self.breaker.allows_calls() {
            return None;
        }
        let in_flight = timeout(self.max_wait, self.in_flight.acquire()).await.ok()?.ok()?;
        let breaker = self.breaker.try_acquire()?;
        Some(Permit { breaker, _in_flight: in_flight })
    }
}

impl Permit<'_> {
    /// WeChat is available: it replied, if only with an errcode about the code or the app.
    pub(crate) fn record_success(self) {
        self.breaker.record_success();
    }

    /// WeChat is unavailable.
    pub(crate) fn record_failure(self) {
        self.breaker.record_failure();
    }
}

#[cfg(test)]
mod tests {
    use domain::app::{AppId, AppSecret};

    use super::*;
    use crate::{BreakerConfig, clock};

    const MAX_WAIT: Duration = Duration::from_millis(250);

    fn admission() -> Admission {
        let mut config = WeChatConfig::new(Vec::<(AppId, AppSecret)>::new());
        config.max_in_flight = 2;
        config.max_wait = MAX_WAIT;
        config.breaker = BreakerConfig { failures: 1, ..BreakerConfig::default() };
        Admission::new("code2session", &config)
    }

    #[tokio::test(start_paused = true)]
    async fn sheds_a_call_above_the_limit_after_max_wait() {
        let admission = admission();
        let _permits = [
            admission.acquire().await.expect("below the limit"),
            admission.acquire().await.expect("below the limit"),
        ];
        let start = clock::now();
        assert!(admission.acquire().await.is_none());
        assert_eq!(start.elapsed(), MAX_WAIT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_waiting_call_gets_a_released_permit() {
        let admission = admission();
        let permit = admission.acquire().await.expect("below the limit");
        let _other = admission.acquire().await.expect("below the limit");
        let (next, ()) = tokio::join!(admission.acquire(), async { permit.record_success() });
        assert!(next.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn an_open_breaker_sheds_at_once_even_at_the_limit() {
        let admission = admission();
        let permit = admission.acquire().await.expect("below the limit");
        let _other = admission.acquire().await.expect("below the limit");
        permit.record_failure();
        let start = clock::now();
        assert!(admission.acquire().await.is_none());
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_breaker_that_opens_during_the_wait_sheds() {
        let admission = admission();
        let permit = admission.acquire().await.expect("below the limit");
        let _other = admission.acquire().await.expect("below the limit");
        let (next, ()) = tokio::join!(admission.acquire(), async { permit.record_failure() });
        assert!(next.is_none());
    }
}
