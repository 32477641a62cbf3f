//! What every clock holds to.
//!
//! Each function is one case over a [`RunningClock`]. The macro [`clock_suite`](crate::clock_suite)
//! lists them all.

#![expect(clippy::missing_panics_doc, reason = "a case panics where the clock does not hold to it")]

use std::time::Duration;

use async_trait::async_trait;
use domain::time::Clock;
use futures::{future::join_all, poll};

/// A clock, and what lets its time pass.
#[async_trait]
pub trait RunningClock: Send + Sync {
    /// The clock.
    fn clock(&self) -> &dyn Clock;

    /// Lets `duration` pass on a clock that does not run by itself, once so many sleep on it.
    async fn pass(&self, sleepers: usize, duration: Duration);
}

/// Long enough to be seen by a clock that counts milliseconds.
const NAP: Duration = Duration::from_millis(20);

/// A sleep ends once its duration has passed on this clock, and not before.
pub async fn a_sleep_takes_its_time(running: &dyn RunningClock) {
    let clock = running.clock();
    for nap in [NAP, NAP / 4, NAP] {
        let start = clock.now();
        tokio::join!(clock.sleep(nap), running.pass(1, nap));
        assert!(clock.now() >= start.plus(nap));
    }
}

/// A sleep of no duration ends by itself.
pub async fn a_sleep_of_no_duration_ends(running: &dyn RunningClock) {
    let start = running.clock().now();
    running.clock().sleep(Duration::ZERO).await;
    assert!(running.clock().now() >= start);
}

/// Many sleep at the same time, each for as long as it asked.
pub async fn many_sleep_at_once(running: &dyn RunningClock) {
    let clock = running.clock();
    let start = clock.now();
    let sleeps = (1..=20_u32).map(|parts| async move {
        clock.sleep(NAP * parts / 20).await;
        assert!(clock.now() >= start.plus(NAP * parts / 20));
    });
    tokio::join!(join_all(sleeps), running.pass(20, NAP));
}

/// A sleep that is dropped ends no other.
pub async fn a_dropped_sleep_ends_no_other(running: &dyn RunningClock) {
    let clock = running.clock();
    let start = clock.now();
    let other = async {
        clock.sleep(NAP).await;
        assert!(clock.now() >= start.plus(NAP));
    };
    let dropped = async {
        let mut sleep = clock.sleep(NAP * 100);
        let _ = poll!(&mut sleep);
    };
    tokio::join!(other, dropped, running.pass(1, NAP));
}

/// The clock never goes back as long as nobody sets it, and moves on while somebody sleeps.
pub async fn time_never_goes_back(running: &dyn RunningClock) {
    let clock = running.clock();
    let mut times = Vec::new();
    for _ in 0..5 {
        times.extend((0..100).map(|_| clock.now()));
        tokio::join!(clock.sleep(NAP / 4), running.pass(1, NAP / 4));
    }
    times.push(clock.now());
    assert!(times.is_sorted());
    assert!(times[0] < times[500]);
}

/// A clock says how long it has been running, and that is at least as long as somebody slept on it.
pub async fn uptime_passes_with_time(running: &dyn RunningClock) {
    let clock = running.clock();
    for _ in 0..3 {
        let before = clock.uptime();
        tokio::join!(clock.sleep(NAP), running.pass(1, NAP));
        assert!(clock.uptime() >= before + NAP);
    }
}

/// Runs every case of [`clock`](crate::clock) on the [`RunningClock`](crate::clock::RunningClock) that
/// the expression makes.
#[macro_export]
macro_rules! clock_suite {
    ($running:expr) => {
        $crate::async_cases!(clock($running):
            a_sleep_takes_its_time,
            a_sleep_of_no_duration_ends,
            many_sleep_at_once,
            a_dropped_sleep_ends_no_other,
            time_never_goes_back,
            uptime_passes_with_time,
        );
    };
}
