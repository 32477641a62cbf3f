use std::time::Duration;

/// How long after the first try the second one comes.
pub const FIRST_DELAY: Duration = Duration::from_secs(10);

/// How long after the first try the last one comes at most.
const LONGEST: Duration = Duration::from_hours(24);

/// How long to wait after a try that failed so long after the first one: as long again, so that delays double. `None`
/// where the next try would come more than a day after the first.
pub fn back_off(since_first: Duration) -> Option<Duration> {
    let delay = since_first.max(FIRST_DELAY);
    let is_within = since_first.checked_add(delay)? <= LONGEST;
    is_within.then_some(delay)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_a_day() {
        let mut since_first = Duration::ZERO;
        let mut delays = Vec::new();
        while let Some(delay) = back_off(since_first) {
            since_first += delay;
            delays.push(delay.as_secs());
        }
        assert_eq!(delays[..5], [10, 10, 20, 40, 80]);
        assert_eq!(delays.len(), 14);
        assert!(since_first <= LONGEST && since_first * 2 > LONGEST, "{since_first:?}");
        assert_eq!(back_off(Duration::MAX), None);
    }
}
