use std::time::Duration;

use async_trait::async_trait;
use domain::time::{Clock, Timestamp};
use tokio::{sync::watch, task};

/// A clock that changes only when a test advances it.
///
/// A [`sleep`](Clock::sleep) takes no real time: it ends when the clock is advanced past its end, or,
/// on a clock made by [`moving_on`](Self::moving_on), it advances the clock itself.
#[derive(Debug)]
pub struct FixedClock {
    time: watch::Sender<Time>,
    sleepers: watch::Sender<usize>,
    sleep_moves_on: bool,
}

/// What the clock shows, and how long it has been running.
#[derive(Clone, Copy, Debug)]
struct Time {
    now: Timestamp,
    uptime: Duration,
}

impl Time {
    fn advance(&mut self, duration: Duration) {
        self.now = self.now.plus(duration);
        self.uptime += duration;
    }
}

impl FixedClock {
    /// A clock that shows `now`; sleepers wait for [`advance`](Self::advance).
    pub fn at(now: Timestamp) -> Self {
        let time = watch::Sender::new(Time { now, uptime: Duration::ZERO });
        Self { time, sleepers: watch::Sender::new(0), sleep_moves_on: false }
    }

    /// A clock that starts at `now` and that every sleep advances to its own end, so that the test
    /// need not. Sleeps that begin at the same moment advance it once.
    pub fn moving_on(now: Timestamp) -> Self {
        Self { sleep_moves_on: true, ..Self::at(now) }
    }

    /// Advances the clock by `duration`, and wakes the sleepers whose time has come.
    pub fn advance(&self, duration: Duration) {
        self.time.send_modify(|time| time.advance(duration));
    }

    /// Sets the clock, back as well: a system's clock is corrected, too. No time passes with that, but it wakes
    /// the sleepers whose time has come.
    pub fn set(&self, now: Timestamp) {
        self.time.send_modify(|time| time.now = now);
    }

    /// Returns once `count` tasks or more sleep on this clock.
    pub async fn until_sleeping(&self, count: usize) {
        let mut sleepers = self.sleepers.subscribe();
        // The sender lives in `self`, so the channel cannot close while this waits.
        let _ = sleepers.wait_for(|sleeping| *sleeping >= count).await;
    }
}

#[async_trait]
impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.time.borrow().now
    }

    fn uptime(&self) -> Duration {
        self.time.borrow().uptime
    }

    async fn sleep(&self, duration: Duration) {
        let end = self.now().plus(duration);
        let _sleeping = Sleeping::begin(&self.sleepers);
        if self.sleep_moves_on {
            // Others that are about to sleep from the same moment get to it first.
            task::yield_now().await;
            self.time.send_modify(|time| {
                if time.now < end {
                    time.advance(time.now.distance(end));
                }
            });
        }
        let mut time = self.time.subscribe();
        let _ = time.wait_for(|time| time.now >= end).await;
    }
}

/// Counts a sleeper for as long as it sleeps, also when its sleep is cancelled.
struct Sleeping<'a>(&'a watch::Sender<usize>);

impl<'a> Sleeping<'a> {
    fn begin(sleepers: &'a watch::Sender<usize>) -> Self {
        sleepers.send_modify(|sleeping| *sleeping += 1);
        Self(sleepers)
    }
}

impl Drop for Sleeping<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|sleeping| *sleeping -= 1);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_000);

    #[tokio::test]
    async fn a_sleep_ends_when_the_clock_is_advanced_past_it() {
        let clock = Arc::new(FixedClock::at(START));
        let sleeper = tokio::spawn({
            let clock = Arc::clone(&clock);
            async move {
                clock.sleep(Duration::from_millis(50)).await;
                clock.now()
            }
        });
        clock.until_sleeping(1).await;
        clock.advance(Duration::from_millis(49));
        task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_millis(1));
        assert_eq!(sleeper.await.unwrap(), Timestamp::from_millis(1_050));
    }

    #[tokio::test]
    async fn sleeps_from_one_moment_advance_the_clock_once() {
        let clock = FixedClock::moving_on(START);
        let nap = || clock.sleep(Duration::from_millis(10));
        tokio::join!(nap(), nap(), nap());
        assert_eq!(clock.now(), Timestamp::from_millis(1_010));
    }
}
