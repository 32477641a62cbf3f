//! How many tests ran, read from what the test runners print.

use std::{fmt, ops::AddAssign};

/// Tests that passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Counts {
    /// Reads a runner's summary line: nextest's `Summary [ 1.2s] 5 tests run: 4 passed, 1 failed, 0 skipped`,
    /// cargo's `test result: ok. 4 passed; 0 failed; 1 ignored; …`, or one of Node.js's, which has a line for
    /// each: `ℹ pass 4`. Any other line is `None`.
    pub(crate) fn from_line(line: &str) -> Option<Self> {
        let line = without_colour(line);
        if let Some(number) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) {
            return Self::from_node_line(number);
        }
        let (_, summary) = match line.trim_start() {
            text if text.starts_with("Summary [") => text.split_once(':')?,
            text if text.starts_with("test result: ") => text.split_once(". ")?,
            _ => return None,
        };
        let mut counts = Self::default();
        for part in summary.split([',', ';']) {
            counts.add(part);
        }
        Some(counts)
    }

    fn from_node_line(line: &str) -> Option<Self> {
        let (what, number) = line.split_once(' ')?;
        let number = number.parse().ok()?;
        match what {
            "pass" => Some(Self { passed: number, ..Self::default() }),
            "fail" | "cancelled" => Some(Self { failed: number, ..Self::default() }),
            "skipped" | "todo" => Some(Self { skipped: number, ..Self::default() }),
            _ => None,
        }
    }

    fn add(&mut self, part: &str) {
        let mut words = part.split_whitespace();
        let Some(number) = words.next().and_then(|word| word.parse::<u64>().ok()) else { return };
        match words.next() {
            Some("passed") => self.passed += number,
            Some("failed" | "exec" | "timed") => self.failed += number,
            Some("skipped" | "ignored") => self.skipped += number,
            _ => {}
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

fn without_colour(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Counts;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts { passed, failed, skipped }
    }

    #[test]
    fn nextest_summaries_are_read() {
        let quiet = "     Summary [   0.005s] 1 test run: 1 passed, 0 skipped";
        let slow =
            "     Summary [  61.000s] 9 tests run: 6 passed (1 slow), 2 failed, 1 timed out, 3 skipped";
        let coloured = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.1s] \u{1b}[1m2\u{1b}[0m tests run: \
            \u{1b}[1m2\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m \u{1b}[33;1mskipped\u{1b}[0m";
        assert_eq!(Counts::from_line(quiet), Some(counts(1, 0, 0)));
        assert_eq!(Counts::from_line(slow), Some(counts(6, 3, 3)));
        assert_eq!(Counts::from_line(coloured), Some(counts(2, 0, 0)));
    }

    #[test]
    fn cargo_results_are_read() {
        let failed = "test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 7 filtered out; finished in 0.0s";
        assert_eq!(Counts::from_line(failed), Some(counts(3, 1, 2)));
    }

    #[test]
    fn node_lines_are_read() {
        let lines = [
            "ℹ tests 7",
            "ℹ suites 2",
            "\u{1b}[34mℹ pass 4\u{1b}[39m",
            "# fail 1",
            "ℹ cancelled 1",
            "ℹ skipped 0",
        ];
        let mut sum = Counts::default();
        for counts in lines.into_iter().filter_map(Counts::from_line) {
            sum += counts;
        }
        assert_eq!(sum, counts(4, 2, 0));
        assert_eq!(Counts::from_line("ℹ duration_ms 12.5"), None);
    }

    #[test]
    fn other_lines_are_not_summaries() {
        assert_eq!(Counts::from_line("        PASS [   0.004s] domain login::a_test_result"), None);
        assert_eq!(Counts::from_line("running 3 tests"), None);
        assert_eq!(Counts::from_line(""), None);
    }
}
