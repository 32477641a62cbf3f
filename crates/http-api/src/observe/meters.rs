use std::{sync::OnceLock, time::Duration};

use http::{Method, StatusCode};
use metrics::{Counter, Histogram, counter, describe_counter, describe_histogram, histogram};

const REQUESTS: &str = "yaoshi_http_requests_total";
const SECONDS: &str = "yaoshi_http_request_seconds";

/// The route of a request that found none.
const UNMATCHED: &str = "unmatched";

/// The statuses and methods this server answers with and to; whatever else comes shares the last
/// place of each list.
const STATUSES: [&str; 16] = [
    "200", "201", "204", "400", "401", "403", "404", "405", "413", "415", "422", "500", "502", "503", "304",
    "other",
];
const METHODS: [&str; 7] = ["GET", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "other"];

/// Describes the metrics of requests to the recorder.
pub(crate) fn describe() {
    describe_counter!(REQUESTS, "HTTP requests by route, method and status");
    describe_histogram!(SECONDS, "How long HTTP requests took, in seconds, by route");
}

/// The metrics of every route, looked up once per request and without a lock.
pub(super) struct Meters {
    routes: Vec<RouteMeters>,
    by_path: matchit::Router<usize>,
}

/// The metrics of one route.
pub(super) struct RouteMeters {
    route: String,
    seconds: Histogram,
    // By method and status; registered when first counted, so that no metric is made of what
    // never happens.
    requests: Box<[[OnceLock<Counter>; STATUSES.len()]; METHODS.len()]>,
}

impl Meters {
    pub(super) fn new(routes: impl IntoIterator<Item = String>) -> Self {
        let (mut meters, mut by_path) =
            (vec![RouteMeters::new(UNMATCHED.to_owned())], matchit::Router::new());
        for route in routes {
            // Routes that were refused here would have been refused by the router before.
            if by_path.insert(route.clone(), meters.len()).is_ok() {
                meters.push(RouteMeters::new(route));
            }
        }
        Self { routes: meters, by_path }
    }

    /// Where the metrics of the route that `path` takes are.
    pub(super) fn find(&self, path: &str) -> usize {
        self.by_path.at(path).map_or(0, |found| *found.value)
    }

    pub(super) fn of(&self, index: usize) -> &RouteMeters {
        &self.routes[index]
    }
}

impl RouteMeters {
    fn new(route: String) -> Self {
        let seconds = histogram!(SECONDS, "route" => route.clone());
        Self { route, seconds, requests: Box::default() }
    }

    pub(super) fn route(&self) -> &str {
        &self.route
    }

    pub(super) fn record(&self, method: &Method, status: StatusCode, took: Duration) {
        let (method, status) = (method_place(method), status_place(status));
        let counter = self.requests[method][status].get_or_init(|| {
            counter!(REQUESTS, "route" => self.route.clone(), "method" => METHODS[method],
                "status" => STATUSES[status])
        });
        counter.increment(1);
        self.seconds.record(took.as_secs_f64());
    }
}

fn method_place(method: &Method) -> usize {
    place(&METHODS, |name| *name == method.as_str())
}

fn status_place(status: StatusCode) -> usize {
    place(&STATUSES, |name| *name == status.as_str())
}

fn place(names: &[&str], is_it: impl Fn(&&str) -> bool) -> usize {
    names.iter().position(is_it).unwrap_or(names.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::{openapi, paths_of, routes};

    #[test]
    fn every_route_counts_by_its_template() {
        let meters = Meters::new(paths_of(&openapi()));
        for route in routes() {
            let path = route.path.replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057");
            assert_eq!(meters.of(meters.find(&path)).route(), route.path);
        }
        for path in ["/", "/v1", "/v1/sessions/", "/v1/sessions/1/2", "*", ""] {
            assert_eq!(meters.of(meters.find(path)).route(), UNMATCHED, "{path}");
        }
    }
}
