//! What happens to every request, whatever its route: it gets an id, is counted against the limits of its
//! address, is admitted, runs under a timeout, leaves a log line and metrics, and its response gets
//! headers. Problems are rendered here, where the request's id and the client's language are known.
//!
//! This is one service instead of a stack of layers because every session check passes through it: it
//! allocates only the header with the id, and a request that never waits starts no timer.

mod diagnosing;
mod http_metrics;
mod log;
mod noted;
mod request_id;
mod stage;

use std::{
    cell::RefCell,
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use domain::localized::Language;
use http::{HeaderValue, Method, header};
use pin_project_lite::pin_project;
use tokio::{task::futures::TaskLocalFuture, time::Sleep};
use tower::{Service, ServiceExt};
use tracing::Span;

pub(crate) use self::{
    diagnosing::Diagnosing,
    http_metrics::describe,
    noted::{Noted, note},
};
use self::{
    http_metrics::{HttpMetrics, RouteMetrics},
    log::{LogLine, LoggedAddress},
    noted::NOTED,
    request_id::{RequestId, RequestIds},
    stage::Stage,
};
use crate::{
    admission::{Admission, Admitted},
    client_address::{TrustedProxies, client_address},
    extract::accepted_language,
    limits::Limits,
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
    admission: Admission,
    /// `None` where nobody is limited.
    limits: Option<Arc<Limits>>,
    request_timeout: Duration,
    trusted_proxies: TrustedProxies,
    metrics: HttpMetrics,
    /// `None` where nothing is diagnosed.
    diagnosing: Option<Diagnosing>,
}

impl<S> Observed<S> {
    /// Wraps `inner`, whose routes are `routes`: templates such as `/v1/sessions/{id}`.
    pub(crate) fn new(
        inner: S,
        policy: &HttpPolicy,
        routes: impl IntoIterator<Item = String>,
        admission: Admission,
        limits: Option<Arc<Limits>>,
        diagnosing: Option<Diagnosing>,
    ) -> Self {
        let shared = SharedState {
            request_ids: RequestIds::new(),
            admission,
            limits,
            request_timeout: policy.request_timeout,
            trusted_proxies: policy.trusted_proxies.clone(),
            metrics: HttpMetrics::new(routes),
            diagnosing,
        };
        Self { inner, shared: Arc::new(shared) }
    }
}

impl SharedState {
    /// Counts the request against the limits of its address, and admits it.
    fn admit(&self, request: &Request, route: &str) -> Result<Admitted, Problem> {
        if let Some(limits) = &self.limits {
            limits.count_address(request, route, &self.trusted_proxies)?;
        }
        self.admission.admit(request, route)
    }
}

impl<S> Service<Request> for Observed<S>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let context = RequestContext::new(&self.shared, &request);
        let stage = match self.shared.admit(&request, context.metrics().route()) {
            Ok(Admitted::Probe) => Stage::serving(self.inner.call(request), None),
            Ok(Admitted::Request(place)) => Stage::serving(self.inner.call(request), Some(place)),
            Ok(Admitted::BodyFirst) => Stage::receiving(self.receive_and_serve(request)),
            Err(problem) => Stage::refused(problem),
        };
        ResponseFuture { stage: NOTED.scope(RefCell::default(), stage), timeout: None, context }
    }
}

impl<S> Observed<S>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
{
    fn receive_and_serve(
        &self,
        request: Request,
    ) -> impl Future<Output = Result<Response, Problem>> + Send + use<S> {
        let (shared, inner) = (Arc::clone(&self.shared), self.inner.clone());
        async move {
            let (request, _place) = shared.admission.receive(request).await?;
            let Ok(response) = inner.oneshot(request).await;
            Ok(response)
        }
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
            client,
        }
    }

    /// Completes the response, counts it, logs it, and hands a failure over to be diagnosed.
    fn finish(&self, outcome: Result<Response, Problem>, mut noted: Noted) -> Response {
        let mut response = outcome.unwrap_or_else(IntoResponse::into_response);
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
            app: noted.app.zip(self.shared.diagnosing.as_ref()).map(|(app, known)| known.app_id(app)),
            identity: noted.pseudonym,
            user: noted.user,
            problem: problem.as_ref(),
        };
        line.write();
        if let Some(diagnosing) = &self.shared.diagnosing
            && let Some(problem) = problem.or_else(|| noted.problem.take())
        {
            diagnosing.hand_over(self.request_id, (&self.method, metrics.route()), &problem, noted);
        }
        response
    }

    fn metrics(&self) -> &RouteMetrics {
        self.shared.metrics.get(self.route)
    }
}

#[expect(clippy::disallowed_methods, reason = "latency is measured here, and nothing else is timed by it")]
fn now() -> Instant {
    Instant::now()
}

pin_project! {
    /// The response to a request of an [`Observed`] service.
    pub struct ResponseFuture<F> {
        #[pin]
        stage: TaskLocalFuture<RefCell<Noted>, Stage<F>>,
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
        // After a panic the future is never polled again, so that no broken state is observed.
        let stage = this.stage.as_mut();
        let polled = this.context.span.in_scope(|| catch_unwind(AssertUnwindSafe(|| stage.poll(cx))));
        let outcome = match polled {
            Ok(Poll::Ready(outcome)) => outcome,
            Ok(Poll::Pending) => {
                if this.timeout.is_none() {
                    let limit = this.context.shared.request_timeout;
                    this.timeout.set(Some(tokio::time::sleep(limit)));
                }
                if let Some(timeout) = this.timeout.as_mut().as_pin_mut() {
                    ready!(timeout.poll(cx));
                }
                Err(ProblemCode::RequestTimeout.into())
            }
            Err(_) => Err(ProblemCode::Internal.into()),
        };
        let noted = this.stage.take_value().map(RefCell::into_inner).unwrap_or_default();
        Poll::Ready(Ok(this.context.finish(outcome, noted)))
    }
}
