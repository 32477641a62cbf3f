//! What libFuzzer prints about a run.

use std::path::PathBuf;

/// How far a run has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stats {
    /// How many inputs were tried.
    pub(super) executions: u64,
    /// How many edges of the program some input has taken.
    pub(super) edges: u64,
    /// The input that made the target fail, where one did.
    pub(super) artifact: Option<PathBuf>,
}

impl Stats {
    /// Takes in a line: `#4096 pulse cov: 812 ft: 1200 …` on the way, `stat::number_of_executed_units: 4711` at the
    /// end, and `Test unit written to PATH` where the target failed. Other lines say nothing.
    pub(super) fn read(&mut self, line: &str) {
        if let Some(status) = line.strip_prefix('#') {
            let mut words = status.split_whitespace();
            if let Some(executions) = words.next().and_then(|number| number.parse().ok()) {
                self.executions = executions;
            }
            if words.any(|word| word == "cov:")
                && let Some(edges) = words.next().and_then(|number| number.parse().ok())
            {
                self.edges = edges;
            }
        } else if let Some(number) = line.strip_prefix("stat::number_of_executed_units:") {
            self.executions = number.trim().parse().unwrap_or(self.executions);
        } else if let Some((_, path)) = line.split_once("Test unit written to ") {
            self.artifact = Some(PathBuf::from(path.trim()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Stats {
        let mut stats = Stats::default();
        for line in lines {
            stats.read(line);
        }
        stats
    }

    #[test]
    fn a_run_that_found_nothing_is_read() {
        let stats = read(&[
            "INFO: Running with entropic power schedule (0xFF, 100).",
            "#2	INITED cov: 101 ft: 102 corp: 1/1b exec/s: 0 rss: 40Mb",
            "#4096	pulse  cov: 812 ft: 1200 corp: 90/8Kb lim: 43 exec/s: 2048 rss: 45Mb",
            "#9001	DONE   cov: 815 ft: 1203 corp: 91/8Kb lim: 43 exec/s: 2048 rss: 45Mb",
            "###### Recommended dictionary. ######",
            "stat::number_of_executed_units: 9003",
            "stat::peak_rss_mb:              45",
        ]);
        assert_eq!(stats, Stats { executions: 9003, edges: 815, artifact: None });
    }

    #[test]
    fn a_finding_is_read() {
        let stats = read(&[
            "#77	NEW    cov: 12 ft: 13 corp: 2/2b lim: 4 exec/s: 0 rss: 40Mb L: 1/1 MS: 1 InsertByte-",
            "==1234== ERROR: libFuzzer: deadly signal",
            "artifact_prefix='fuzz/artifacts/push/'; Test unit written to fuzz/artifacts/push/crash-0a1b",
        ]);
        let artifact = Some(PathBuf::from("fuzz/artifacts/push/crash-0a1b"));
        assert_eq!(stats, Stats { executions: 77, edges: 12, artifact });
    }
}
