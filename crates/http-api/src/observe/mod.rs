//! What happens to every request, whatever its route: an id, a place among those in flight, a time
//! limit, a log line, metrics, headers; and problems become bytes.
//!
//! It is one service instead of a stack of them because every session check passes through it: it
//! allocates the id's header and nothing else, and a request that is answered without waiting
//! starts no timer.

mod http_metrics;
mod log;
mod request_id;

use std::{
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use axum::{body::Body, extract::Request, response::Response};
use http::{HeaderValue, Method, header};
use pin_project_lite::pin_project;
use tokio::time::Sleep;
use tower::Service;

pub(crate) use self::http_metrics::describe;
use self::{
    http_metrics::{HttpMetrics, RouteMetrics},
    log::Line,
    request_id::{RequestId, RequestIds},
};
use crate::{
    client_address::{TrustedProxies, client_address},
    policy::HttpPolicy,
    problem::{Problem, ProblemCode, X_REQUEST_ID},
};

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// A service of which every request is observed.
#[derive(Clone)]
pub struct Observed<S> {
    inner: S,
    observatory: Arc<Observatory>,
}

/// What all requests share.
struct Observatory {
    request_ids: RequestIds,
    in_flight: AtomicUsize,
    max_in_flight: usize,
    request_timeout: Duration,
    trusted_proxies: TrustedProxies,
    metrics: HttpMetrics,
}

impl<S> Observed<S> {
    /// Observes `inner`, whose routes are `routes`: templates such as `/v1/sessions/{id}`.
    pub(crate) fn new(inner: S, policy: &HttpPolicy, routes: impl IntoIterator<Item = String>) -> Self {
        let observatory = Observatory {
            request_ids: RequestIds::new(),
            in_flight: AtomicUsize::new(0),
            max_in_flight: policy.max_in_flight,
            request_timeout: policy.request_timeout,
            trusted_proxies: policy.trusted_proxies.clone(),
            metrics: HttpMetrics::new(routes),
        };
        Self { inner, observatory: Arc::new(observatory) }
    }
}

impl<S> Service<Request> for Observed<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Observing<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let sight = Sight::of(&self.observatory, &request);
        let inner = sight.is_admitted().then(|| self.inner.call(request));
        Observing { inner, deadline: None, sight }
    }
}

/// One request as it is seen from outside.
struct Sight {
    observatory: Arc<Observatory>,
    request_id: RequestId,
    begun_at: Instant,
    method: Method,
    route: usize,
    place: usize,
    client: log::Client,
}

impl Sight {
    fn of(observatory: &Arc<Observatory>, request: &Request) -> Self {
        let client = log::Client::if_logged(|| {
            client_address(request.extensions(), request.headers(), &observatory.trusted_proxies)
        });
        Self {
            observatory: Arc::clone(observatory),
            request_id: observatory.request_ids.next(),
            begun_at: now(),
            method: request.method().clone(),
            route: observatory.metrics.index_of(request.uri().path()),
            place: observatory.in_flight.fetch_add(1, Ordering::Relaxed),
            client,
        }
    }

    fn is_admitted(&self) -> bool {
        self.place < self.observatory.max_in_flight
    }

    /// The answer as it goes out.
    fn finish(&self, outcome: Result<Response, ProblemCode>) -> Response {
        let mut response = outcome.unwrap_or_else(|code| {
            let mut response = Response::new(Body::empty());
            response.extensions_mut().insert(Problem::new(code));
            response
        });
        let problem = response.extensions_mut().remove::<Problem>();
        if let Some(problem) = &problem {
            problem.render(&mut response, self.request_id.as_str());
            if self.method == Method::HEAD {
                *response.body_mut() = Body::empty();
            }
        }
        let headers = response.headers_mut();
        headers.insert(X_REQUEST_ID, self.request_id.header());
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
        headers.entry(header::CACHE_CONTROL).or_insert(NO_STORE);
        let took = self.begun_at.elapsed();
        let metrics = self.metrics();
        metrics.record(&self.method, response.status(), took);
        let line = Line {
            request_id: &self.request_id,
            method: &self.method,
            route: metrics.route(),
            status: response.status(),
            took,
            client: self.client,
            problem: problem.as_ref(),
        };
        line.write();
        response
    }

    fn metrics(&self) -> &RouteMetrics {
        self.observatory.metrics.get(self.route)
    }
}

impl Drop for Sight {
    fn drop(&mut self) {
        self.observatory.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

#[expect(clippy::disallowed_methods, reason = "latency is measured here, and nothing else is timed by it")]
fn now() -> Instant {
    Instant::now()
}

pin_project! {
    /// A request on its way to its answer.
    pub struct Observing<F> {
        // None where the request is turned away.
        #[pin]
        inner: Option<F>,
        // Set once the request has to wait for something.
        #[pin]
        deadline: Option<Sleep>,
        sight: Sight,
    }
}

impl<F> Future for Observing<F>
where
    F: Future<Output = Result<Response, Infallible>>,
{
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let Some(inner) = this.inner.as_mut().as_pin_mut() else {
            return Poll::Ready(Ok(this.sight.finish(Err(ProblemCode::Overloaded))));
        };
        // The future is never polled again after a panic, so nobody sees what it left half done.
        let outcome = match catch_unwind(AssertUnwindSafe(|| inner.poll(cx))) {
            Ok(Poll::Ready(Ok(response))) => Ok(response),
            Ok(Poll::Pending) => {
                if this.deadline.is_none() {
                    let limit = this.sight.observatory.request_timeout;
                    this.deadline.set(Some(tokio::time::sleep(limit)));
                }
                if let Some(deadline) = this.deadline.as_mut().as_pin_mut() {
                    ready!(deadline.poll(cx));
                }
                Err(ProblemCode::RequestTimeout)
            }
            Err(_) => Err(ProblemCode::Internal),
        };
        Poll::Ready(Ok(this.sight.finish(outcome)))
    }
}
