//! Metrics: one recorder per process, which operators read in Prometheus' text format.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use metrics::{describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// How often the recorder drains its histograms, so that they do not grow if nobody scrapes them.
pub(crate) const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Histogram buckets in seconds: a cached session check takes microseconds, a slow WeChat takes seconds.
const SECONDS: [f64; 14] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

const BUILD_INFO: &str = "yaoshi_build_info";

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The commit that was built; builds for a release set the variable.
const REVISION: &str = match option_env!("BUILD_REVISION") {
    Some(revision) => revision,
    None => "unknown",
};

/// Bounds of counts: commits in a group, decisions of a use case.
const COUNTS: [f64; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 128.0];

/// The recorder of this process. The first call installs it.
pub(crate) fn recorder() -> Result<PrometheusHandle, BuildError> {
    static INSTALLED: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*installed {
        return Ok(handle.clone());
    }
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let counts = Matcher::Prefix("yaoshi_store_".to_owned());
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(counts, &COUNTS)?
        .set_buckets_for_metric(seconds, &SECONDS)?
        .build_recorder();
    let handle = recorder.handle();
    // This fails if the process has another recorder already, which then stays.
    if metrics::set_global_recorder(recorder).is_ok() {
        describe();
        gauge!(BUILD_INFO, "version" => VERSION, "revision" => REVISION).set(1);
    }
    *installed = Some(handle.clone());
    Ok(handle)
}

fn describe() {
    http_api::describe_metrics();
    describe_gauge!(BUILD_INFO, "1, with the version and the commit that was built");
    describe_counter!("yaoshi_background_runs_total", "Runs of background tasks, by task and outcome");
    describe_gauge!("yaoshi_background_failing", "1 if the latest run of a background task failed, else 0");
    describe_gauge!("yaoshi_ready", "1 if /readyz would answer 200, else 0; looked at every five seconds");
    describe_gauge!("yaoshi_live_sessions", "Live sessions on record, counted every minute");
    describe_gauge!("yaoshi_cached_sessions", "Sessions in the cache");
    describe_gauge!(
        "yaoshi_clock_offset_seconds",
        "How far the clock is ahead of the database's, in seconds"
    );
    describe_counter!(
        "yaoshi_diagnoses_total",
        "Failures that were to be diagnosed, by outcome: written, dropped (too many in a second) or failed"
    );
    describe_counter!("yaoshi_swept_total", "Expired rows removed, by kind");
    describe_counter!("yaoshi_store_commits_total", "Commits by outcome: done, conflict or error");
    describe_histogram!("yaoshi_store_group_size", "Commits that were written in one transaction");
    describe_histogram!("yaoshi_store_attempts", "How often a use case decided until it was committed");
    describe_histogram!(
        "yaoshi_store_connection_wait_seconds",
        "How long a group of commits waited for a connection, in seconds"
    );
    describe_counter!("yaoshi_store_checkpoint_failures_total", "Failed attempts to copy SQLite's log");
}
