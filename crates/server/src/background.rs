//! Background jobs: reading revocations, recording the uses of sessions, writing diagnoses and hourly counts, counting
//! live sessions, comparing clocks, rotating signing keys, passing pushes on, telling webhooks of events, sweeping.

use std::{error::Error, sync::Arc, time::Duration};

use domain::{
    assertion::RotateSigningKeys,
    clock_offset::CompareClocks,
    diagnosis::{WriteDiagnoses, Written},
    hourly_count::WriteHourlyCounts,
    push::{RelayPushError, RelayWaiting, Relayed},
    session::{CountLiveSessions, FlushTouches, RefreshRevocations, SessionCache},
    store::StoreError,
    upkeep::{Sweep, Swept},
    webhook::{DeliverEvents, Delivered},
};
use http_api::{Readiness, error_chain};
use metrics::{counter, gauge};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::{
    task::JoinSet,
    time::{Instant, Interval, MissedTickBehavior, interval, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{clock_report::ClockReport, metrics::UPKEEP_EVERY};

/// How often revocations are read: four times within the second that the cache is believed.
const REFRESH_EVERY: Duration = Duration::from_millis(250);
const FLUSH_EVERY: Duration = Duration::from_secs(1);
const DIAGNOSE_EVERY: Duration = Duration::from_secs(1);
const WRITE_COUNTS_EVERY: Duration = Duration::from_secs(1);
const COUNT_SESSIONS_EVERY: Duration = Duration::from_mins(1);
const COMPARE_EVERY: Duration = Duration::from_mins(1);
const ROTATE_EVERY: Duration = Duration::from_mins(1);
const RELAY_EVERY: Duration = Duration::from_secs(1);
const DELIVER_EVERY: Duration = Duration::from_secs(1);
/// Often, so that little is swept at once: a burst of a minute's rows makes requests wait.
const SWEEP_EVERY: Duration = Duration::from_secs(10);
const CHECK_READINESS_EVERY: Duration = Duration::from_secs(5);

/// A run that takes so long hangs. What goes on from batch to batch ends sooner, and continues in the next run.
const HANGS_AFTER: Duration = Duration::from_mins(1);
const LONGEST_RUN: Duration = Duration::from_secs(30);

/// How long stopping may take: a database that hangs must not keep the process alive.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// The jobs that run periodically beside the requests.
pub(crate) struct BackgroundJobs {
    pub(crate) refresh: RefreshRevocations,
    pub(crate) flush: Arc<FlushTouches>,
    pub(crate) diagnose: WriteDiagnoses,
    pub(crate) write_counts: WriteHourlyCounts,
    pub(crate) live_sessions: Arc<CountLiveSessions>,
    pub(crate) clocks: Arc<CompareClocks>,
    /// `None` where nothing is asserted.
    pub(crate) rotate: Option<RotateSigningKeys>,
    /// One for each app with a back end, so that none waits for another's.
    pub(crate) relay: Vec<RelayWaiting>,
    /// One for each webhook, so that none waits for another.
    pub(crate) deliver: Vec<DeliverEvents>,
    pub(crate) sweep: Sweep,
    pub(crate) cache: Arc<SessionCache>,
    pub(crate) readiness: Arc<Readiness>,
    pub(crate) recorder: PrometheusHandle,
}

/// The running jobs.
pub(crate) struct Background {
    tasks: JoinSet<()>,
    stop: CancellationToken,
    flush: Arc<FlushTouches>,
    diagnose: Arc<WriteDiagnoses>,
    write_counts: Arc<WriteHourlyCounts>,
}

impl Background {
    pub(crate) fn start(jobs: BackgroundJobs) -> Self {
        let BackgroundJobs {
            refresh,
            flush,
            live_sessions,
            clocks,
            rotate,
            relay,
            deliver,
            sweep,
            cache,
            readiness,
            recorder,
            ..
        } = jobs;
        let (diagnose, write_counts) = (Arc::new(jobs.diagnose), Arc::new(jobs.write_counts));
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let work = |name, period| Work { name, period, stop: stop.clone() };
        tasks.spawn(work("refresh_revocations", REFRESH_EVERY).repeat(async move || refresh.execute().await));
        tasks.spawn(work("flush_touches", FLUSH_EVERY).repeat({
            let flush = Arc::clone(&flush);
            async move || flush.execute().await.map(drop)
        }));
        tasks.spawn(work("write_diagnoses", DIAGNOSE_EVERY).repeat({
            let diagnose = Arc::clone(&diagnose);
            async move || write_diagnoses(&diagnose).await
        }));
        tasks.spawn(work("write_hourly_counts", WRITE_COUNTS_EVERY).repeat({
            let write_counts = Arc::clone(&write_counts);
            async move || write_counts.execute().await
        }));
        tasks.spawn(
            work("count_live_sessions", COUNT_SESSIONS_EVERY)
                .repeat(async move || count_live_sessions(&live_sessions).await),
        );
        tasks.spawn(work("compare_clocks", COMPARE_EVERY).repeat({
            let mut report = ClockReport::default();
            async move || clocks.execute().await.map(|offset| report.record(offset))
        }));
        if let Some(rotate) = rotate {
            tasks.spawn(
                work("rotate_signing_keys", ROTATE_EVERY).repeat(async move || rotate.execute().await),
            );
        }
        for relay in relay {
            let stopped = stop.clone();
            tasks.spawn(
                work("relay_pushes", RELAY_EVERY).repeat(async move || relay_waiting(&relay, &stopped).await),
            );
        }
        for deliver in deliver {
            tasks.spawn(keep_delivering(deliver, stop.clone()));
        }
        tasks.spawn(work("sweep", SWEEP_EVERY).repeat({
            let stop = stop.clone();
            async move || sweep_all(&sweep, &stop).await
        }));
        tasks.spawn(every(CHECK_READINESS_EVERY, stop.clone(), async move || {
            gauge!("yaoshi_ready").set(if readiness.is_ready().await { 1.0 } else { 0.0 });
        }));
        tasks.spawn(every(UPKEEP_EVERY, stop.clone(), async move || {
            #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 sessions")]
            gauge!("yaoshi_cached_sessions").set(cache.len() as f64);
            recorder.run_upkeep();
        }));
        Self { tasks, stop, flush, diagnose, write_counts }
    }

    /// Stops the jobs, then records the last uses of sessions, the last failures and the last counts.
    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        // Jobs that hang are aborted.
        let _ = timeout(STOP_TIMEOUT, async { while self.tasks.join_next().await.is_some() {} }).await;
        write_last("uses of sessions", async { self.flush.execute().await.map(drop) }).await;
        write_last("diagnoses", write_diagnoses(&self.diagnose)).await;
        write_last("hourly counts", self.write_counts.execute()).await;
    }
}

/// Writes what is left of `what`, and warns if that fails.
async fn write_last(what: &str, write: impl Future<Output = Result<(), StoreError>>) {
    match timeout(STOP_TIMEOUT, write).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(error = error_chain(&error), "the last {what} were not written"),
        Err(_) => tracing::warn!("the last {what} were not written in time"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 sessions")]
async fn count_live_sessions(live_sessions: &CountLiveSessions) -> Result<(), StoreError> {
    let live = live_sessions.execute().await?;
    gauge!("yaoshi_live_sessions").set(live.count as f64);
    Ok(())
}

/// Writes the diagnoses that wait, and counts what became of them.
async fn write_diagnoses(diagnose: &WriteDiagnoses) -> Result<(), StoreError> {
    let Written { done, dropped, failed } = diagnose.execute().await;
    let (lost, outcome) = failed.map_or((0, Ok(())), |(lost, error)| (lost, Err(error)));
    for (label, count) in [("written", done), ("dropped", dropped), ("failed", lost)] {
        counter!("yaoshi_diagnoses_total", "outcome" => label).increment(count);
    }
    outcome
}

/// Passes on what waits, batch after batch, as long as the back end takes any.
async fn relay_waiting(relay: &RelayWaiting, stop: &CancellationToken) -> Result<(), RelayPushError> {
    let run = Run::begin(stop);
    loop {
        let Relayed { delivered, failed } = relay.execute().await?;
        for (outcome, count) in [("delivered", delivered), ("failed", failed)] {
            let app = relay.app_id().to_string();
            counter!("yaoshi_push_retries_total", "app" => app, "outcome" => outcome).increment(count);
        }
        if delivered == 0 || run.is_over() {
            return Ok(());
        }
    }
}

/// Tells a webhook of events until it is stopped. Then another instance may go on at once.
async fn keep_delivering(mut deliver: DeliverEvents, stop: CancellationToken) {
    let mut status = JobStatus::new("deliver_events");
    let mut ticks = ticks(DELIVER_EVERY);
    while next(&mut ticks, &stop).await {
        status.run(deliver_events(&mut deliver, &stop)).await;
    }
    status.record(deliver.stop().await);
}

/// Tells a webhook of what waits, batch after batch, as long as it takes any.
async fn deliver_events(deliver: &mut DeliverEvents, stop: &CancellationToken) -> Result<(), StoreError> {
    let run = Run::begin(stop);
    loop {
        let Delivered { taken, failed, undelivered } = deliver.execute().await?;
        for (outcome, count) in [("taken", taken), ("failed", failed), ("undelivered", undelivered)] {
            let webhook = deliver.webhook().name.to_string();
            counter!("yaoshi_webhook_deliveries_total", "webhook" => webhook, "outcome" => outcome)
                .increment(count);
        }
        if taken == 0 || run.is_over() {
            return Ok(());
        }
    }
}

/// A run that goes on from batch to batch.
struct Run<'a> {
    began: Instant,
    stop: &'a CancellationToken,
}

impl<'a> Run<'a> {
    #[expect(clippy::disallowed_methods, reason = "limits a run, and no rule of the domain sees it")]
    fn begin(stop: &'a CancellationToken) -> Self {
        Self { began: Instant::now(), stop }
    }

    /// Whether the next batch has to wait for the next run.
    fn is_over(&self) -> bool {
        self.stop.is_cancelled() || self.began.elapsed() > LONGEST_RUN
    }

    /// Runs a batch, then pauses for as long as it took, so that the store has half of the time for requests alone.
    #[expect(clippy::disallowed_methods, reason = "paces a run, and no rule of the domain sees it")]
    async fn paced<T>(&self, batch: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let done = batch.await;
        let _ = self.stop.run_until_cancelled(sleep(began.elapsed())).await;
        done
    }
}

/// Work that is done periodically.
struct Work {
    /// As it is called in logs and metrics.
    name: &'static str,
    period: Duration,
    stop: CancellationToken,
}

impl Work {
    /// Runs `job` at once and then every period, until it is stopped.
    async fn repeat<E: Error>(self, mut job: impl AsyncFnMut() -> Result<(), E>) {
        let (mut status, mut ticks) = (JobStatus::new(self.name), ticks(self.period));
        while next(&mut ticks, &self.stop).await {
            status.run(job()).await;
        }
    }
}

/// Runs `job` at once and then every `period`, until `stop` is cancelled; a run is not interrupted.
async fn every(period: Duration, stop: CancellationToken, mut job: impl AsyncFnMut()) {
    let mut ticks = ticks(period);
    while next(&mut ticks, &stop).await {
        job().await;
    }
}

fn ticks(period: Duration) -> Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Waits for the next tick. Returns whether it came before `stop` was cancelled.
async fn next(ticks: &mut Interval, stop: &CancellationToken) -> bool {
    tokio::select! {
        _ = ticks.tick() => true,
        () = stop.cancelled() => false,
    }
}

/// Sweeps until less than a batch is left.
async fn sweep_all(sweep: &Sweep, stop: &CancellationToken) -> Result<(), StoreError> {
    let run = Run::begin(stop);
    loop {
        let swept = run.paced(sweep.execute()).await?;
        let Swept {
            session_keys,
            sessions,
            code_attempts,
            successions,
            revocations,
            events,
            deliveries,
            operator_sessions,
            diagnoses,
            hourly_counts,
            pushes,
        } = swept;
        counter!("yaoshi_swept_total", "kind" => "session_keys").increment(session_keys);
        counter!("yaoshi_swept_total", "kind" => "sessions").increment(sessions);
        counter!("yaoshi_swept_total", "kind" => "code_attempts").increment(code_attempts);
        counter!("yaoshi_swept_total", "kind" => "successions").increment(successions);
        counter!("yaoshi_swept_total", "kind" => "events").increment(events);
        counter!("yaoshi_swept_total", "kind" => "deliveries").increment(deliveries);
        counter!("yaoshi_swept_total", "kind" => "revocations").increment(revocations);
        counter!("yaoshi_swept_total", "kind" => "operator_sessions").increment(operator_sessions);
        counter!("yaoshi_swept_total", "kind" => "diagnoses").increment(diagnoses);
        counter!("yaoshi_swept_total", "kind" => "hourly_counts").increment(hourly_counts);
        counter!("yaoshi_swept_total", "kind" => "pushes").increment(pushes);
        if !swept.is_full() || run.is_over() {
            return Ok(());
        }
    }
}

/// Runs a job, and logs when it begins to fail and when it succeeds again, once each.
struct JobStatus {
    job: &'static str,
    is_failing: bool,
}

impl JobStatus {
    const fn new(job: &'static str) -> Self {
        Self { job, is_failing: false }
    }

    /// Runs the job to its end. A run that hangs is broken off, as a database can go silent for ever.
    async fn run<E: Error>(&mut self, run: impl Future<Output = Result<(), E>>) {
        match timeout(HANGS_AFTER, run).await {
            Ok(outcome) => self.record(outcome),
            Err(elapsed) => self.record(Err(elapsed)),
        }
    }

    fn record<E: Error>(&mut self, outcome: Result<(), E>) {
        let job = self.job;
        let label = if outcome.is_ok() { "ok" } else { "error" };
        counter!("yaoshi_background_runs_total", "work" => job, "outcome" => label).increment(1);
        gauge!("yaoshi_background_failing", "work" => job).set(if outcome.is_ok() { 0.0 } else { 1.0 });
        match outcome {
            Err(error) if !self.is_failing => {
                tracing::warn!(
                    work = job,
                    error = error_chain(&error),
                    "background work fails and will be tried on"
                );
            }
            Ok(()) if self.is_failing => tracing::info!(work = job, "background work succeeds again"),
            Ok(()) | Err(_) => {}
        }
        self.is_failing = label == "error";
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        pin::pin,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use super::*;
    use crate::logging::lines_during;

    fn failure() -> Result<(), StoreError> {
        Err(StoreError::passing(io::Error::other("out of reach")))
    }

    /// The lines that are logged for these outcomes, in order.
    fn lines_of(outcomes: impl IntoIterator<Item = Result<(), StoreError>>) -> String {
        lines_during(|| {
            let mut status = JobStatus::new("sweep");
            outcomes.into_iter().for_each(|outcome| status.record(outcome));
        })
    }

    #[test]
    fn a_change_is_logged_once_with_its_cause() {
        let text = lines_of([Ok(()), failure(), failure(), failure(), Ok(()), Ok(()), failure()]);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(lines[0].contains("WARN") && lines[0].contains("the store failed: out of reach"), "{text}");
        assert!(lines[1].contains("succeeds again"), "{text}");
        assert!(lines[2].contains("WARN"), "{text}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_run_that_hangs_is_broken_off_and_the_next_one_begins() {
        let begun = Arc::new(AtomicUsize::new(0));
        let stop = CancellationToken::new();
        let work = Work { name: "sweep", period: Duration::from_secs(1), stop: stop.clone() };
        let job = {
            let begun = Arc::clone(&begun);
            async move || {
                if begun.fetch_add(1, Ordering::Relaxed) == 1 {
                    stop.cancel();
                    return Ok::<_, StoreError>(());
                }
                std::future::pending().await
            }
        };
        timeout(2 * HANGS_AFTER, work.repeat(job)).await.unwrap();
        assert_eq!(begun.load(Ordering::Relaxed), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_paced_batch_is_followed_by_a_rest_of_its_length() {
        let stop = CancellationToken::new();
        let run = Run::begin(&stop);
        let paced = async || run.paced(sleep(Duration::from_secs(2))).await;
        assert!(timeout(Duration::from_millis(3_999), paced()).await.is_err());
        timeout(Duration::from_millis(4_001), paced()).await.unwrap();
        stop.cancel();
        timeout(Duration::from_millis(2_001), paced()).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_runs_at_once_and_periodically_until_it_is_stopped() {
        let done = Arc::new(AtomicUsize::new(0));
        let stop = CancellationToken::new();
        let job = {
            let (done, stop) = (Arc::clone(&done), stop.clone());
            async move || {
                if done.fetch_add(1, Ordering::Relaxed) == 4 {
                    stop.cancel();
                }
            }
        };
        let mut running = pin!(every(Duration::from_secs(1), stop, job));
        assert!(timeout(Duration::from_millis(3_999), running.as_mut()).await.is_err());
        assert_eq!(done.load(Ordering::Relaxed), 4);
        timeout(Duration::from_millis(1), running).await.unwrap();
        assert_eq!(done.load(Ordering::Relaxed), 5);
    }
}
