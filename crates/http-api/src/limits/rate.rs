use std::{num::NonZeroU32, time::Duration};

use governor::Quota;

/// How many requests are let through in a period.
///
/// It is a bucket: so many requests may come at once, and the bucket fills up again evenly within the
/// period. So 600 in a minute are a burst of 600, and ten a second after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    requests: NonZeroU32,
    period: Duration,
}

impl Rate {
    /// The most requests that a rate can have.
    pub const MAX_REQUESTS: u32 = 1_000_000;
    /// The shortest period.
    pub const MIN_PERIOD: Duration = Duration::from_secs(1);
    /// The longest period.
    pub const MAX_PERIOD: Duration = Duration::from_hours(24);

    /// So many requests in a period; `None` where one of them is out of bounds.
    pub const fn try_new(requests: u32, period: Duration) -> Option<Self> {
        let Some(requests) = NonZeroU32::new(requests) else { return None };
        let nanos = period.as_nanos();
        let is_period = nanos >= Self::MIN_PERIOD.as_nanos() && nanos <= Self::MAX_PERIOD.as_nanos();
        if is_period && requests.get() <= Self::MAX_REQUESTS { Some(Self { requests, period }) } else { None }
    }

    /// How many requests.
    pub const fn requests(self) -> u32 {
        self.requests.get()
    }

    /// In which period.
    pub const fn period(self) -> Duration {
        self.period
    }

    /// The same for the limiter: the bucket and its refill.
    #[expect(clippy::expect_used, reason = "the bounds of a rate make it a quota")]
    pub(super) fn quota(self) -> Quota {
        Quota::with_period(self.period / self.requests.get())
            .expect("a second and more, divided by a million and less, is not zero")
            .allow_burst(self.requests)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_stays_within_its_bounds() {
        let minute = Duration::from_mins(1);
        assert!(Rate::try_new(1, minute).is_some());
        assert!(Rate::try_new(Rate::MAX_REQUESTS, Rate::MIN_PERIOD).is_some());
        assert!(Rate::try_new(Rate::MAX_REQUESTS, Rate::MAX_PERIOD).is_some());
        assert!(Rate::try_new(0, minute).is_none());
        assert!(Rate::try_new(Rate::MAX_REQUESTS + 1, minute).is_none());
        assert!(Rate::try_new(1, Duration::from_millis(999)).is_none());
        assert!(Rate::try_new(1, Duration::from_hours(25)).is_none());
    }

    #[test]
    fn the_bucket_fills_up_within_the_period() {
        let quota = Rate::try_new(600, Duration::from_mins(1)).unwrap().quota();
        assert_eq!(quota.burst_size().get(), 600);
        assert_eq!(quota.replenish_interval(), Duration::from_millis(100));
    }
}
