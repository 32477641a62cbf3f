//! Metrics: one recorder for the process, read by operators in Prometheus' text form.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use metrics::{describe_counter, describe_gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// How often histograms are brought up to date where nobody reads them.
pub(crate) const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Bounds in seconds: a cached check takes microseconds, a slow WeChat takes seconds.
const SECONDS: [f64; 14] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// The recorder of this process, installed at the first call.
pub(crate) fn recorder() -> Result<PrometheusHandle, BuildError> {
    static INSTALLED: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*installed {
        return Ok(handle.clone());
    }
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let recorder = PrometheusBuilder::new().set_buckets_for_metric(seconds, &SECONDS)?.build_recorder();
    let handle = recorder.handle();
    // Somebody who embeds the server may have installed another one; theirs stays.
    if metrics::set_global_recorder(recorder).is_ok() {
        describe();
    }
    *installed = Some(handle.clone());
    Ok(handle)
}

fn describe() {
    http_api::describe_metrics();
    describe_counter!("yaoshi_background_runs_total", "Runs of background work by work and outcome");
    describe_gauge!(
        "yaoshi_background_failing",
        "1 while the latest run of a background work failed, else 0"
    );
    describe_gauge!("yaoshi_cached_sessions", "Sessions kept in memory");
    describe_counter!("yaoshi_swept_total", "Rows that were swept, by kind");
}
