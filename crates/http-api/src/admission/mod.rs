//! Which requests are worked on: a request takes one of a bounded number of places, once its body is there.
//!
//! A client that is slow in sending a body, or never finishes one, holds no place meanwhile. It holds
//! memory, which is bounded over all bodies on their way, and its connection, which is bounded by address
//! where connections are accepted. Probes need no place: an instance that is busy is not dead.

mod body;

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, HttpBody},
    extract::Request,
};
use domain::localized::Localized;
use http::Method;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

pub(crate) use self::body::Received;
use crate::{
    policy::HttpPolicy,
    problem::{Problem, ProblemCode},
};

/// The routes that are asked whether this instance is well, and are therefore always answered.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Whether `route` is a probe.
pub(crate) fn is_probe(route: &str) -> bool {
    PROBES.contains(&route)
}

/// The place of a request that is worked on, until it is dropped.
pub(crate) struct Place(#[expect(dead_code, reason = "dropping it is its use")] OwnedSemaphorePermit);

/// Gives out places, and receives bodies.
pub(crate) struct Admission {
    places: Arc<Semaphore>,
    /// What bodies on their way may still take, in bytes.
    waiting_bytes: Semaphore,
    body_limit: usize,
    body_timeout: Duration,
    /// The operations that take a body, by method and route.
    with_body: Vec<(Method, String)>,
}

/// What has to happen before a request is served.
pub(crate) enum Admitted {
    /// Nothing: it is a probe.
    Probe,
    /// Nothing: it has its place.
    Request(Place),
    /// Its body has to be [received](Admission::receive), and then it needs a place.
    BodyFirst,
}

impl Admission {
    /// Admits requests as `policy` says. `with_body` are the operations that take a body.
    pub(crate) fn new(policy: &HttpPolicy, with_body: Vec<(Method, String)>) -> Self {
        Self {
            places: Arc::new(semaphore(policy.max_in_flight)),
            waiting_bytes: semaphore(policy.max_waiting_body_bytes),
            body_limit: policy.body_limit,
            body_timeout: policy.body_timeout,
            with_body,
        }
    }

    /// Decides about a request to `route` whose head has arrived. Fails with `overloaded` where it needs a
    /// place and there is none.
    ///
    /// A body that the operation does not take is never read, so nothing waits for it.
    pub(crate) fn admit(&self, request: &Request, route: &str) -> Result<Admitted, Problem> {
        if is_probe(route) {
            return Ok(Admitted::Probe);
        }
        if !request.body().is_end_stream() && self.takes_body(request.method(), route) {
            return Ok(Admitted::BodyFirst);
        }
        self.enter().map(Admitted::Request)
    }

    fn takes_body(&self, method: &Method, route: &str) -> bool {
        self.with_body.iter().any(|(listed, path)| listed == method && path == route)
    }

    /// Receives the body of a request, which it then carries as [`Received`], and takes a place for it. Fails
    /// with `overloaded` where there is none.
    pub(crate) async fn receive(&self, request: Request) -> Result<(Request, Place), Problem> {
        let (mut parts, body) = request.into_parts();
        let reading = body::read(&parts.headers, body, self.body_limit, &self.waiting_bytes);
        let read = timeout(self.body_timeout, reading).await.unwrap_or_else(|_| {
            let detail = Localized::fixed("The body did not arrive in time.", "请求体没有在时限内收完。");
            Err(Problem::new(ProblemCode::RequestTimeout).with_detail(detail))
        });
        let place = self.enter()?;
        // From here on the bytes are those of a request that has a place.
        let received = read.map(|(bytes, _waiting)| bytes);
        parts.extensions.insert(Received(received));
        Ok((Request::from_parts(parts, Body::empty()), place))
    }

    fn enter(&self) -> Result<Place, Problem> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        place.map(Place).map_err(|_| ProblemCode::Overloaded.into())
    }
}

fn semaphore(permits: usize) -> Semaphore {
    Semaphore::new(permits.min(Semaphore::MAX_PERMITS))
}
