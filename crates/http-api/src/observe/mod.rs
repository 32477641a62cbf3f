//! What happens to every request, whatever its route: it gets an id, counts against the limit of
//! concurrent requests, runs under a timeout, leaves a log line and metrics, and its response gets
//! headers. Problems are rendered here, where the request's id and the client's language are known.
//!
//! This is one service instead of a stack of layers because every session check passes through it: it
//! allocates only the header with the id, and a request that never waits starts no timer.

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
use domain::localized::Language;
use http::{HeaderValue, Method, header};
use pin_project_lite::pin_project;
use tokio::time::Sleep;
use tower::Service;
use tracing::Span;

pub(crate) use self::http_metrics::describe;
use self::{
    http_metrics::{HttpMetrics, RouteMetrics},
    log::{LogLine, LoggedAddress},
    request_id::{RequestId, RequestIds},
};
use crate::{
    client_address::{TrustedProxies, client_address},
    extract::accepted_language,
    policy::HttpPolicy,
    problem::{Problem, ProblemCode, X_REQUEST_ID},
};

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// A service whose requests all get an id, limits, a log line, metrics and the common headers.
#[derive(Clone)]
pub struct Observed<S> {
    inner: S,
    shared: Arc<SharedState>,
}

/// The state that all requests share.
struct SharedState {
    request_ids: RequestIds,
    in_flight: AtomicUsize,
    max_in_flight: usize,
    request_timeout: Duration,
    trusted_proxies: TrustedProxies,
    metrics: HttpMetrics,
}

impl<S> Observed<S> {
    /// Wraps `inner`, whose routes are `routes`: templates such as `/v1/sessions/{id}`.
    pub(crate) fn new(inner: S, policy: &HttpPolicy, routes: impl IntoIterator<Item = String>) -> Self {
        let shared = SharedState {
            request_ids: RequestIds::new(),
            in_flight: AtomicUsize::new(0),
            max_in_flight: policy.max_in_flight,
            request_timeout: policy.request_timeout,
            trusted_proxies: policy.trusted_proxies.clone(),
            metrics: HttpMetrics::new(routes),
        };
        Self { inner, shared: Arc::new(shared) }
    }
}

impl<S> Service<Request> for Observed<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let context = RequestContext::new(&self.shared, &request);
        let inner = context.is_admitted().then(|| self.inner.call(request));
        ResponseFuture { inner, timeout: None, context }
    }
}

/// What is kept of a request until its response is ready.
struct RequestContext {
    shared: Arc<SharedState>,
    request_id: RequestId,
    begun_at: Instant,
    method: Method,
    /// The language of a problem.
    language: Language,
    /// The index of the route's metrics.
    route: usize,
    /// How many requests were in flight before this one.
    in_flight_before: usize,
    client: LoggedAddress,
    /// What adapters log while they serve the request carries its id. Reading requests have none: they ask
    /// nobody but the store.
    span: Span,
}

impl RequestContext {
    fn new(shared: &Arc<SharedState>, request: &Request) -> Self {
        let client = LoggedAddress::new(|| {
            client_address(request.extensions(), request.headers(), &shared.trusted_proxies)
        });
        let request_id = shared.request_ids.next();
        let span = match *request.method() {
            Method::GET | Method::HEAD => Span::none(),
            _ => tracing::info_span!("request", request_id = request_id.as_str()),
        };
        Self {
            shared: Arc::clone(shared),
            request_id,
            span,
            begun_at: now(),
            method: request.method().clone(),
            language: accepted_language(request.headers()),
            route: shared.metrics.index_of(request.uri().path()),
            in_flight_before: shared.in_flight.fetch_add(1, Ordering::Relaxed),
            client,
        }
    }

    fn is_admitted(&self) -> bool {
        self.in_flight_before < self.shared.max_in_flight
    }

    /// Completes the response, counts it and logs it.
    fn finish(&self, outcome: Result<Response, ProblemCode>) -> Response {
        let mut response = outcome.unwrap_or_else(|code| {
            let mut response = Response::new(Body::empty());
            response.extensions_mut().insert(Problem::new(code));
            response
        });
        let problem = response.extensions_mut().remove::<Problem>();
        if let Some(problem) = &problem {
            problem.render(&mut response, self.request_id.as_str(), self.language);
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
        let line = LogLine {
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
        self.shared.metrics.get(self.route)
    }
}

impl Drop for RequestContext {
    fn drop(&mut self) {
        self.shared.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

#[expect(clippy::disallowed_methods, reason = "latency is measured here, and nothing else is timed by it")]
fn now() -> Instant {
    Instant::now()
}

pin_project! {
    /// The response to a request of an [`Observed`] service.
    pub struct ResponseFuture<F> {
        // None if the request is refused because too many are in flight.
        #[pin]
        inner: Option<F>,
        // Started when the request waits for the first time.
        #[pin]
        timeout: Option<Sleep>,
        context: RequestContext,
    }
}

impl<F> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response, Infallible>>,
{
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let Some(inner) = this.inner.as_mut().as_pin_mut() else {
            return Poll::Ready(Ok(this.context.finish(Err(ProblemCode::Overloaded))));
        };
        // After a panic the future is never polled again, so that no broken state is observed.
        let polled = this.context.span.in_scope(|| catch_unwind(AssertUnwindSafe(|| inner.poll(cx))));
        let outcome = match polled {
            Ok(Poll::Ready(Ok(response))) => Ok(response),
            Ok(Poll::Pending) => {
                if this.timeout.is_none() {
                    let limit = this.context.shared.request_timeout;
                    this.timeout.set(Some(tokio::time::sleep(limit)));
                }
                if let Some(timeout) = this.timeout.as_mut().as_pin_mut() {
                    ready!(timeout.poll(cx));
                }
                Err(ProblemCode::RequestTimeout)
            }
            Err(_) => Err(ProblemCode::Internal),
        };
        Poll::Ready(Ok(this.context.finish(outcome)))
    }
}
