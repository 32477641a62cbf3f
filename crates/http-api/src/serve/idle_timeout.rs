//! The idle timeout of a connection.
//!
//! Resetting a timer at every request costs more than the rest of a session check's HTTP handling. A
//! connection therefore has one timer, which checks several times per timeout whether anything has
//! happened since the last check.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use pin_project_lite::pin_project;
use tokio::{
    sync::Semaphore,
    time::{Sleep, sleep},
};

/// How many times per timeout a connection is checked.
const CHECKS: u32 = 8;

/// Counts what happens on a connection: one step when the head of a request has arrived, one when its
/// response is ready. An odd number means that the server is working on a request.
#[derive(Clone, Default)]
pub(super) struct Activity(Arc<AtomicU64>);

impl Activity {
    /// Notes that a request has arrived. It is in flight until the returned guard is dropped.
    pub(super) fn begin_request(&self) -> RequestInFlight {
        self.step();
        RequestInFlight(self.clone())
    }

    fn step(&self) {
        // Only the connection's own task writes and reads the counter.
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn steps(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A request that the server is working on.
pub(super) struct RequestInFlight(Activity);

impl Drop for RequestInFlight {
    fn drop(&mut self) {
        self.0.step();
    }
}

/// Whether new connections wait until others end: when this has no permits left.
pub(super) struct Pressure(pub(super) Arc<Semaphore>);

impl Pressure {
    fn is_high(&self) -> bool {
        self.0.available_permits() == 0
    }
}

pin_project! {
    /// A connection that ends once its client has been idle for the timeout, or up to an eighth
    /// longer. While the server works on a request, the client does not count as idle. While new
    /// connections wait, an eighth of the timeout is enough.
    pub(super) struct IdleTimeout<C> {
        #[pin]
        connection: C,
        #[pin]
        next_check: Sleep,
        check_interval: Duration,
        activity: Activity,
        pressure: Pressure,
        steps_at_last_check: u64,
        idle_checks: u32,
        // The waker that the timer holds.
        waker: Option<Waker>,
    }
}

impl<C> IdleTimeout<C> {
    pub(super) fn new(connection: C, activity: Activity, timeout: Duration, pressure: Pressure) -> Self {
        let check_interval = timeout / CHECKS;
        let steps_at_last_check = activity.steps();
        let next_check = sleep(check_interval);
        Self {
            connection,
            next_check,
            check_interval,
            activity,
            pressure,
            steps_at_last_check,
            idle_checks: 0,
            waker: None,
        }
    }
}

impl<C: Future> Future for IdleTimeout<C> {
    /// `None` if the connection timed out.
    type Output = Option<C::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Poll::Ready(output) = this.connection.poll(cx) {
            return Poll::Ready(Some(output));
        }
        // Polling a timer has a cost, and most wake-ups come from the connection.
        let will_be_woken = this.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker()));
        if !this.next_check.is_elapsed() && will_be_woken {
            return Poll::Pending;
        }
        *this.waker = Some(cx.waker().clone());
        loop {
            ready!(this.next_check.as_mut().poll(cx));
            let steps = this.activity.steps();
            let is_in_flight = steps % 2 == 1;
            let is_active = is_in_flight || steps != *this.steps_at_last_check;
            *this.idle_checks = if is_active { 0 } else { *this.idle_checks + 1 };
            *this.steps_at_last_check = steps;
            let allowed = if this.pressure.is_high() { 1 } else { CHECKS };
            if *this.idle_checks >= allowed {
                return Poll::Ready(None);
            }
            this.next_check.set(sleep(*this.check_interval));
        }
    }
}
