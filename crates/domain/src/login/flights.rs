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

use super::{AttemptKey, LoggedIn, LoginError};
use crate::{session::Digest, tasks::Tasks};

/// What makes two requests the same login: code and idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct FlightKey {
    pub(super) attempt: AttemptKey,
    pub(super) idempotency_hash: Option<Digest>,
}

type Flight = Shared<BoxFuture<'static, Result<LoggedIn, LoginError>>>;

/// The logins in flight on this instance. Requests for the same login share one flight and get the
/// same answer. A flight runs as a task of its own: a client that hangs up does not take an exchanged
/// code with it.
#[derive(Default)]
pub(super) struct Flights {
    in_flight: Mutex<HashMap<FlightKey, Flight>>,
}

impl Flights {
    /// Joins the flight with this key, or starts one with the login that `begin` makes.
    pub(super) async fn join<F>(
        self: &Arc<Self>,
        tasks: &dyn Tasks,
        key: FlightKey,
        begin: impl FnOnce() -> F,
    ) -> Result<LoggedIn, LoginError>
    where
        F: Future<Output = Result<LoggedIn, LoginError>> + Send + 'static,
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

    fn start<F>(self: &Arc<Self>, tasks: &dyn Tasks, key: FlightKey, login: F) -> Flight
    where
        F: Future<Output = Result<LoggedIn, LoginError>> + Send + 'static,
    {
        let (outcome, landed) = oneshot::channel();
        // The task waits for the lock that `join` holds, so it cannot end before it is listed.
        let listed = Listed { flights: Arc::clone(self), key };
        tasks.spawn(Box::pin(async move {
            let result = login.await;
            drop(listed);
            // Nobody may be waiting any more.
            let _ = outcome.send(result);
        }));
        landed.map(|landed| landed.unwrap_or(Err(LoginError::CutOff))).boxed().shared()
    }
}

/// Removes a flight from the list when it ends, also by a panic.
struct Listed {
    flights: Arc<Flights>,
    key: FlightKey,
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.flights.in_flight.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}
