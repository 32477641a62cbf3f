//! Tells operators how far this instance's clock is from the store's.

use std::time::Duration;

use domain::clock_offset::{ClockOffset, ClockState};
use metrics::gauge;

/// Sets the metric, and logs when the clock begins to be wrong and when it is right again, once each.
#[derive(Default)]
pub(crate) struct ClockReport {
    state: ClockState,
}

impl ClockReport {
    pub(crate) fn record(&mut self, offset: ClockOffset) {
        let millis = offset.as_millis();
        let difference = Duration::from_millis(millis.unsigned_abs()).as_secs_f64();
        gauge!("yaoshi_clock_offset_seconds").set(if millis < 0 { -difference } else { difference });
        let state = offset.state();
        if state == self.state {
            return;
        }
        self.state = state;
        match state {
            ClockState::Right => {
                tracing::info!(offset_ms = millis, "the clock agrees with the database's again");
            }
            ClockState::Off => tracing::warn!(
                offset_ms = millis,
                "the clock differs from the database's by two seconds or more"
            ),
            ClockState::FarOff => tracing::error!(
                offset_ms = millis,
                "the clock differs from the database's by more than 15 seconds: this instance is not ready"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logging::lines_during;

    #[test]
    fn a_change_is_logged_once() {
        let text = lines_during(|| {
            let mut report = ClockReport::default();
            for seconds in [0, 1, 3, 3, -3, 20, 20, 1, 1] {
                report.record(ClockOffset::from_millis(seconds * 1_000));
            }
        });
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        for (line, part) in lines.iter().zip(["WARN", "ERROR", "INFO"]) {
            assert!(line.contains(part), "{text}");
        }
        assert!(lines[0].contains("offset_ms=3000"), "{text}");
        assert!(lines[1].contains("not ready"), "{text}");
        assert!(lines[2].contains("agrees"), "{text}");
    }
}
