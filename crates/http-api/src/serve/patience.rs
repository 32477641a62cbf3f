//! How long a connection is waited for. A timer that every request set anew would cost more than
//! the rest of a session check's way in and out; here a connection has one, which looks a few times
//! within the limit whether anything has happened.

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
use tokio::time::{Instant, Sleep, sleep};

/// How often within its limit a connection is looked at.
const LOOKS: u32 = 8;

/// How far a connection has come: one step when a request's head has arrived, one when its answer
/// is made. Between the two it is the server that is waited for.
#[derive(Clone, Default)]
pub(super) struct Progress(Arc<AtomicU64>);

impl Progress {
    /// Notes that a request has arrived. It is under way as long as what this gives lives.
    pub(super) fn begin(&self) -> UnderWay {
        self.step();
        UnderWay(self.clone())
    }

    fn step(&self) {
        // Only the connection's own task counts and looks.
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn steps(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A request that is being answered.
pub(super) struct UnderWay(Progress);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.step();
    }
}

pin_project! {
    /// A connection that is given up once its client keeps the server waiting for longer than the
    /// limit, by an eighth of it at most.
    pub(super) struct Patient<C> {
        #[pin]
        connection: C,
        #[pin]
        look: Sleep,
        every: Duration,
        progress: Progress,
        seen: u64,
        in_vain: u32,
        // Who is woken when it is time to look.
        waker: Option<Waker>,
    }
}

impl<C> Patient<C> {
    pub(super) fn new(connection: C, progress: Progress, limit: Duration) -> Self {
        let every = limit / LOOKS;
        let seen = progress.steps();
        Self { connection, look: sleep(every), every, progress, seen, in_vain: 0, waker: None }
    }
}

impl<C: Future> Future for Patient<C> {
    /// None where the connection was given up.
    type Output = Option<C::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Poll::Ready(output) = this.connection.poll(cx) {
            return Poll::Ready(Some(output));
        }
        // Asking a timer costs, too, and most often it is the connection that woke this.
        if !this.look.is_elapsed() && this.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            return Poll::Pending;
        }
        *this.waker = Some(cx.waker().clone());
        loop {
            ready!(this.look.as_mut().poll(cx));
            let steps = this.progress.steps();
            let is_under_way = steps % 2 == 1;
            *this.in_vain = if is_under_way || steps != *this.seen { 0 } else { *this.in_vain + 1 };
            *this.seen = steps;
            if *this.in_vain >= LOOKS {
                return Poll::Ready(None);
            }
            this.look.as_mut().reset(Instant::now() + *this.every);
        }
    }
}
