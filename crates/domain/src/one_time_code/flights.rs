use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use futures::{
    FutureExt,
    channel::oneshot,
    future::{BoxFuture, Shared},
};

use super::CodeKey;
use crate::{session::Digest, tasks::Tasks};

/// What makes two requests the same attempt: code and idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FlightKey {
    pub(crate) code: CodeKey,
    pub(crate) idempotency_hash: Option<Digest>,
}

type Flight<T> = Shared<BoxFuture<'static, Option<T>>>;

/// The attempts in flight on this instance. Requests for the same attempt share one flight and get the
/// same answer. A flight runs as a task of its own: a client that hangs up does not take an exchanged
/// code with it.
pub(crate) struct Flights<T: Clone> {
    in_flight: Mutex<HashMap<FlightKey, Flight<T>>>,
}

impl<T: Clone> Default for Flights<T> {
    fn default() -> Self {
        Self { in_flight: Mutex::default() }
    }
}

impl<T: Clone + Send + Sync + 'static> Flights<T> {
    /// Joins the flight with this key, or starts one with the work that `begin` makes. `None` if the
    /// flight was cut off, as when the server stops.
    pub(crate) async fn join<F>(
        self: &Arc<Self>,
        tasks: &dyn Tasks,
        key: FlightKey,
        begin: impl FnOnce() -> F,
    ) -> Option<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let flight = {
            let mut in_flight = self.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(flight) = in_flight.get(&key) {
                flight.clone()
            } else {
                let flight = self.start(tasks, key.clone(), begin());
                in_flight.insert(key, flight.clone());
                flight
            }
        };
        flight.await
    }

    fn start<F>(self: &Arc<Self>, tasks: &dyn Tasks, key: FlightKey, work: F) -> Flight<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let (outcome, landed) = oneshot::channel();
        // The task waits for the lock that `join` holds, so it cannot end before it is listed.
        let listed = Listed { flights: Arc::clone(self), key };
        tasks.spawn(Box::pin(async move {
            let result = work.await;
            drop(listed);
            // Nobody may be waiting any more.
            let _ = outcome.send(result);
        }));
        landed.map(Result::ok).boxed().shared()
    }
}

/// Removes a flight from the list when it ends, also by a panic.
struct Listed<T: Clone> {
    flights: Arc<Flights<T>>,
    key: FlightKey,
}

impl<T: Clone> Drop for Listed<T> {
    fn drop(&mut self) {
        self.flights.in_flight.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}
