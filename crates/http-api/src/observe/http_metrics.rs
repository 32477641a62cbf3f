use std::{
    collections::BTreeSet,
    sync::{LazyLock, OnceLock},
    time::Duration,
};

use http::{Method, StatusCode};
use metrics::{Counter, Histogram, counter, describe_counter, describe_histogram, histogram};

use crate::problem::TABLE;

const REQUESTS: &str = "yaoshi_http_requests_total";
const SECONDS: &str = "yaoshi_http_request_seconds";

/// The route label of a request that matches no route.
const UNMATCHED: &str = "unmatched";

/// The label of a method or a status that is not listed.
const OTHER: &str = "other";

/// The methods that have a label of their own: all that RFC 9110 and RFC 5789 define for resources.
const METHODS: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];

/// The statuses of success.
const SUCCESSES: [StatusCode; 4] =
    [StatusCode::OK, StatusCode::CREATED, StatusCode::ACCEPTED, StatusCode::NO_CONTENT];

/// The statuses that have a label of their own, in order: the successes and those of the error table.
static STATUSES: LazyLock<Vec<StatusCode>> = LazyLock::new(|| {
    let statuses = TABLE.iter().map(|kind| kind.status).chain(SUCCESSES);
    statuses.collect::<BTreeSet<_>>().into_iter().collect()
});

/// Describes the metrics of requests to the recorder.
pub(crate) fn describe() {
    describe_counter!(REQUESTS, "HTTP requests by route, method and status");
    describe_histogram!(SECONDS, "How long HTTP requests took, in seconds, by route");
}

/// The metrics of every route.
pub(super) struct HttpMetrics {
    routes: Vec<RouteMetrics>,
    by_path: matchit::Router<usize>,
}

/// The metrics of one route.
pub(super) struct RouteMetrics {
    route: String,
    seconds: Histogram,
    // By method and status. A counter is registered when it first counts, so that the exposition lists
    // no combination that never occurred.
    requests: Box<[OnceLock<Counter>]>,
}

impl HttpMetrics {
    /// The metrics of these routes, templates such as `/v1/sessions/{id}`, and of requests that match
    /// none of them.
    pub(super) fn new(routes: impl IntoIterator<Item = String>) -> Self {
        let (mut metrics, mut by_path) =
            (vec![RouteMetrics::new(UNMATCHED.to_owned())], matchit::Router::new());
        for route in routes {
            // The router has refused conflicting routes before.
            if by_path.insert(route.clone(), metrics.len()).is_ok() {
                metrics.push(RouteMetrics::new(route));
            }
        }
        Self { routes: metrics, by_path }
    }

    /// The index of the route that `path` matches, for [`get`](Self::get).
    pub(super) fn index_of(&self, path: &str) -> usize {
        self.by_path.at(path).map_or(0, |found| *found.value)
    }

    /// The metrics of the route at an index from [`index_of`](Self::index_of).
    pub(super) fn get(&self, index: usize) -> &RouteMetrics {
        &self.routes[index]
    }
}

impl RouteMetrics {
    fn new(route: String) -> Self {
        let seconds = histogram!(SECONDS, "route" => route.clone());
        let combinations = (METHODS.len() + 1) * (STATUSES.len() + 1);
        let requests = (0..combinations).map(|_| OnceLock::new()).collect();
        Self { route, seconds, requests }
    }

    pub(super) fn route(&self) -> &str {
        &self.route
    }

    /// Counts a request and the time it took.
    pub(super) fn record(&self, method: &Method, status: StatusCode, took: Duration) {
        let method_index = METHODS.iter().position(|listed| listed == method).unwrap_or(METHODS.len());
        let status_index = STATUSES.binary_search(&status).unwrap_or(STATUSES.len());
        let counter = &self.requests[method_index * (STATUSES.len() + 1) + status_index];
        counter.get_or_init(|| self.counter(method_index, status_index)).increment(1);
        self.seconds.record(took.as_secs_f64());
    }

    fn counter(&self, method_index: usize, status_index: usize) -> Counter {
        let method = METHODS.get(method_index).map_or(OTHER, Method::as_str).to_owned();
        let status = STATUSES.get(status_index).map_or(OTHER, StatusCode::as_str).to_owned();
        counter!(REQUESTS, "route" => self.route.clone(), "method" => method, "status" => status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::{openapi, operations, paths_of, routes};

    #[test]
    fn every_route_counts_by_its_template() {
        let metrics = HttpMetrics::new(paths_of(&openapi()));
        for route in routes() {
            let path = route.path.replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057");
            assert_eq!(metrics.get(metrics.index_of(&path)).route(), route.path);
        }
        for path in ["/", "/v1", "/v1/sessions/", "/v1/sessions/1/2", "*", ""] {
            assert_eq!(metrics.get(metrics.index_of(path)).route(), UNMATCHED, "{path}");
        }
    }

    #[test]
    fn every_documented_method_and_status_has_a_label() {
        for route in routes() {
            assert!(METHODS.contains(&route.method), "{}", route.method);
        }
        for item in openapi().paths.paths.values() {
            let responses = operations(item).map(|(_, operation)| &operation.responses.responses);
            for status in responses.flat_map(|responses| responses.keys()) {
                assert!(STATUSES.iter().any(|listed| listed.as_str() == status), "{status}");
            }
        }
    }
}
