//! Two servers whose clocks differ. They run in this process, which gives one of them a clock that is wrong.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::time::{Clock, Timestamp};
use e2e::{Api, Database, Fixture, eventually};
use server::{
    clock::SystemClock,
    configuration::{Configuration, Purpose, Sources},
    running::{RunOptions, RunningServer, run},
};
use tokio::sync::oneshot;

use crate::concurrent::MAX_REVOCATION_DELAY;

/// Far more than a server needs to compare its clock for the first time.
const STARTED_WITHIN: Duration = Duration::from_secs(30);

/// The system's clock, and so much more.
struct Ahead(Duration);

#[async_trait]
impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(self.0)
    }

    fn uptime(&self) -> Duration {
        SystemClock.uptime()
    }

    async fn sleep(&self, duration: Duration) {
        SystemClock.sleep(duration).await;
    }
}

/// A server in this process.
struct Instance {
    api: Api,
    ops: Api,
    running: RunningServer,
    stop: oneshot::Sender<()>,
}

impl Instance {
    async fn start(fixture: &Fixture, ahead: Duration) -> Self {
        let sources = Sources::default().with_variables(fixture.environment());
        let configuration = Configuration::read(&sources, Purpose::Production).unwrap();
        let options = RunOptions { clock: Arc::new(Ahead(ahead)), ..RunOptions::default() };
        let (stop, stopped) = oneshot::channel();
        let running = run(configuration, options, async { stopped.await.unwrap_or_default() });
        let running = running.await.unwrap();
        let api = fixture.api_at(running.http_addr);
        let ops = fixture.api_at(running.ops_addr.expect("the tests have one"));
        Self { api, ops, running, stop }
    }

    async fn stop(self) {
        self.stop.send(()).expect("it runs");
        self.running.stopped().await;
    }
}

pub(crate) async fn a_logout_is_seen_on_a_server_whose_clock_differs(fixture: &Fixture) {
    let right = Instance::start(fixture, Duration::ZERO).await;
    let ahead = Instance::start(fixture, Duration::from_mins(1)).await;
    let phone = fixture.phone();
    for (ending, other) in [(&right, &ahead), (&ahead, &right)] {
        for path in ["/v1/session", "/v1/sessions"] {
            let token = ending.api.sign_up(&phone).await;
            for instance in [ending, other] {
                // The first request fills the cache, the second one uses it.
                instance.api.me(&token).await.expect(200);
                instance.api.session(&token).await.expect(200);
            }
            ending.api.delete(path).bearer(&token).send().await.expect(204);
            let refused =
                eventually("the session has ended on the other server", MAX_REVOCATION_DELAY, async || {
                    Some(other.api.session(&token).await).filter(|response| response.status != 200)
                });
            refused.await.expect(401).expect_recover("session_revoked", "login_again");
        }
    }
    for instance in [right, ahead] {
        instance.stop().await;
    }
}

pub(crate) async fn a_server_whose_clock_is_far_off_is_not_ready(fixture: &Fixture) {
    // Servers on one file of SQLite are on one machine, and have one clock.
    let is_compared = matches!(fixture.database, Database::MySql(_));
    for (seconds, is_ready) in [(0, true), (3, true), (20, !is_compared)] {
        let instance = Instance::start(fixture, Duration::from_secs(seconds)).await;
        let metric = eventually("the clock is compared", STARTED_WITHIN, async || {
            let metrics = instance.ops.get("/metrics").send().await.expect(200).body;
            metrics.contains("yaoshi_background_runs_total{work=\"compare_clocks\"").then_some(metrics)
        });
        assert!(metric.await.contains("yaoshi_clock_offset_seconds"));
        let status = if is_ready { 200 } else { 503 };
        let response = eventually("the first comparison is done", STARTED_WITHIN, async || {
            Some(instance.ops.get("/readyz").send().await).filter(|response| response.status == status)
        });
        let response = response.await;
        if !is_ready {
            response.expect_recover("clock_wrong", "operator");
        }
        // It serves all the same.
        instance.api.sign_up(&fixture.phone()).await;
        instance.stop().await;
    }
}
