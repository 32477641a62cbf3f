use std::{hash::Hash, sync::Arc, time::Duration};

use domain::time::Clock;
use governor::{RateLimiter, clock::Clock as _, middleware::NoOpMiddleware};
use metrics::counter;

use super::{REFUSALS, Rate, elapsed::Elapsed, states::RecentStates};

/// How many keys a limiter remembers at most, some six megabytes. A key is needed for a period after its
/// last request; more than this many clients within one have other worries.
const CAPACITY: usize = 65_536;

/// One limit: a bucket for every key.
pub(super) struct Limiter<K: Clone + Eq + Hash> {
    name: &'static str,
    /// `None` where the limit is off.
    bound: Option<Bound<K>>,
}

struct Bound<K: Clone + Eq + Hash> {
    rate: Rate,
    buckets: RateLimiter<K, RecentStates<K>, Elapsed, NoOpMiddleware<Duration>>,
}

/// A request was refused by a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LimitExceeded {
    /// The limit, as the configuration names it.
    pub(super) limit: &'static str,
    /// What it lets through.
    pub(super) rate: Rate,
    /// When it lets the next request through.
    pub(super) wait: Duration,
}

impl<K: Clone + Eq + Hash> Limiter<K> {
    /// The limit `name` of the configuration; `rate` is `None` where it is off.
    pub(super) fn new(name: &'static str, rate: Option<Rate>, clock: &Arc<dyn Clock>) -> Self {
        let bound = rate.map(|rate| {
            let clock = Elapsed::new(Arc::clone(clock));
            Bound { rate, buckets: RateLimiter::new(rate.quota(), RecentStates::new(CAPACITY), clock) }
        });
        Self { name, bound }
    }

    /// Counts a request of `key`, or refuses it.
    pub(super) fn check(&self, key: &K) -> Result<(), LimitExceeded> {
        let Some(Bound { rate, buckets }) = &self.bound else { return Ok(()) };
        buckets.check_key(key).map_err(|not_until| {
            counter!(REFUSALS, "limit" => self.name).increment(1);
            let wait = not_until.wait_time_from(buckets.clock().now());
            LimitExceeded { limit: self.name, rate: *rate, wait }
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::time::Timestamp;
    use support::FixedClock;

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_767_225_600_000);

    /// Two requests in ten seconds, on a clock that the test advances.
    fn two_in_ten_seconds() -> (Limiter<&'static str>, Arc<FixedClock>) {
        let clock = Arc::new(FixedClock::at(START));
        let rate = Rate::try_new(2, Duration::from_secs(10));
        let shared: Arc<dyn Clock> = clock.clone();
        (Limiter::new("test", rate, &shared), clock)
    }

    fn wait(limiter: &Limiter<&'static str>, key: &'static str) -> Option<Duration> {
        limiter.check(&key).err().map(|exceeded| exceeded.wait)
    }

    #[test]
    fn a_bucket_is_emptied_at_once_and_fills_up_evenly() {
        let (limiter, clock) = two_in_ten_seconds();
        assert_eq!(wait(&limiter, "a"), None);
        assert_eq!(wait(&limiter, "a"), None);
        assert_eq!(wait(&limiter, "a"), Some(Duration::from_secs(5)));
        clock.advance(Duration::from_millis(4_999));
        assert_eq!(wait(&limiter, "a"), Some(Duration::from_millis(1)));
        clock.advance(Duration::from_millis(1));
        assert_eq!(wait(&limiter, "a"), None);
        assert_eq!(wait(&limiter, "a"), Some(Duration::from_secs(5)));
    }

    #[test]
    fn every_key_has_a_bucket_of_its_own() {
        let (limiter, _) = two_in_ten_seconds();
        for key in ["a", "b"] {
            assert_eq!(wait(&limiter, key), None);
            assert_eq!(wait(&limiter, key), None);
            assert!(wait(&limiter, key).is_some());
        }
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_nobody_out() {
        let (limiter, clock) = two_in_ten_seconds();
        clock.advance(Duration::from_hours(1));
        while wait(&limiter, "a").is_none() {}
        clock.set(START);
        assert_eq!(wait(&limiter, "a"), Some(Duration::from_secs(5)));
        clock.advance(Duration::from_secs(5));
        assert_eq!(wait(&limiter, "a"), None);
    }

    #[test]
    fn a_limit_that_is_off_lets_everything_through() {
        let clock: Arc<dyn Clock> = Arc::new(FixedClock::at(START));
        let limiter = Limiter::new("test", None, &clock);
        for _ in 0..10_000 {
            assert_eq!(limiter.check(&"a"), Ok(()));
        }
    }
}
