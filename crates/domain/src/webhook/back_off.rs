use std::time::Duration;

/// How long after the first try the second one comes.
pub const FIRST_DELAY: Duration = Duration::from_secs(10);

/// How long after the first try the last one comes at most.
const LONGEST: Duration = Duration::from_hours(24);

/// How long to wait after so many failures, of which the first one was so long ago: delays double. `None` where the next
/// try would come more than a day after the first.
pub fn back_off(failures: u32, since_first: Duration) -> Option<Duration> {
    let delay = FIRST_DELAY.checked_mul(2_u32.checked_pow(failures.saturating_sub(1))?)?;
    let is_within = since_first.checked_add(delay)? <= LONGEST;
    is_within.then_some(delay)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_a_day() {
        let mut since_first = Duration::ZERO;
        let delays = (1..).map_while(|failures| {
            let delay = back_off(failures, since_first)?;
            since_first += delay;
            Some(delay.as_secs())
        });
        let delays: Vec<_> = delays.collect();
        assert_eq!(delays[..5], [10, 20, 40, 80, 160]);
        assert_eq!(delays.len(), 13);
        assert!(since_first <= LONGEST && since_first * 3 > LONGEST, "{since_first:?}");
    }

    #[test]
    fn what_was_held_up_is_tried_as_often_as_there_is_time() {
        let hours = Duration::from_hours;
        assert_eq!(back_off(2, hours(23)), Some(Duration::from_secs(20)));
        assert_eq!(back_off(9, hours(23)), Some(Duration::from_secs(2_560)));
        assert_eq!(back_off(10, hours(23)), None);
        assert_eq!(back_off(1, hours(24)), None);
        assert_eq!(back_off(u32::MAX, Duration::ZERO), None);
        assert_eq!(back_off(1, Duration::MAX), None);
    }
}
