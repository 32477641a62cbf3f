use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};

use super::{AttemptKey, LoggedIn, LoginError};
use crate::session::Digest;

/// What makes two requests the same login: code and idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct FlightKey {
    pub(super) attempt: AttemptKey,
    pub(super) idempotency_hash: Option<Digest>,
}

type Flight = Shared<BoxFuture<'static, Result<LoggedIn, LoginError>>>;

/// The logins under way on this instance. Requests for the same login share one flight and get
/// the same answer. A flight runs as a task of its own: a client that hangs up does not take an
/// exchanged code with it.
#[derive(Default)]
pub(super) struct Flights {
    under_way: Mutex<HashMap<FlightKey, Flight>>,
}

impl Flights {
    pub(super) async fn join<F>(
        self: &Arc<Self>,
        key: FlightKey,
        begin: impl FnOnce() -> F,
    ) -> Result<LoggedIn, LoginError>
    where
        F: Future<Output = Result<LoggedIn, LoginError>> + Send + 'static,
    {
        let flight = {
            let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(flight) = under_way.get(&key) {
                flight.clone()
            } else {
                let flight = self.launch(key.clone(), begin());
                under_way.insert(key, flight.clone());
                flight
            }
        };
        flight.await
    }

    fn launch<F>(self: &Arc<Self>, key: FlightKey, login: F) -> Flight
    where
        F: Future<Output = Result<LoggedIn, LoginError>> + Send + 'static,
    {
        // The task waits for the lock that `join` holds, so it cannot land before it is listed.
        let landing = Landing { flights: Arc::clone(self), key };
        let task = tokio::spawn(async move {
            let outcome = login.await;
            drop(landing);
            outcome
        });
        async move { task.await.unwrap_or(Err(LoginError::CutOff)) }.boxed().shared()
    }
}

/// Takes a flight off the list, also where it ends by a panic.
struct Landing {
    flights: Arc<Flights>,
    key: FlightKey,
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.flights.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}
