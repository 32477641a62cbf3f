use std::{net::IpAddr, time::Duration};

use http::{Method, StatusCode};

use super::request_id::RequestId;
use crate::problem::Problem;

/// The target of the one line that every request leaves.
const TARGET: &str = "yaoshi::request";

/// The client's address, where it will be logged.
#[derive(Clone, Copy)]
pub(super) struct Client(Option<IpAddr>);

impl Client {
    pub(super) fn if_logged(address: impl FnOnce() -> Option<IpAddr>) -> Self {
        Self(if tracing::enabled!(target: TARGET, tracing::Level::INFO) { address() } else { None })
    }
}

/// The line that a request leaves: where it went and how it ended. Neither the path nor a query
/// stands in it, only the route: what a client writes there is not ours to keep.
pub(super) struct Line<'a> {
    pub(super) request_id: &'a RequestId,
    pub(super) method: &'a Method,
    pub(super) route: &'a str,
    pub(super) status: StatusCode,
    pub(super) took: Duration,
    pub(super) client: Client,
    pub(super) problem: Option<&'a Problem>,
}

macro_rules! write_line {
    ($line:ident, $level:ident) => {
        tracing::event!(
            target: TARGET,
            tracing::Level::$level,
            request_id = $line.request_id.as_str(),
            method = $line.method.as_str(),
            route = $line.route,
            status = $line.status.as_u16(),
            micros = u64::try_from($line.took.as_micros()).unwrap_or(u64::MAX),
            client = $line.client.0.map(display),
            code = $line.problem.map(|problem| problem.code().kind().code),
            cause = $line.problem.and_then(Problem::inner_cause),
        )
    };
}

impl Line<'_> {
    /// Probes are told only to those who look closely; what an operator has to look into stands
    /// out.
    pub(super) fn write(&self) {
        if self.status.is_server_error() {
            write_line!(self, WARN);
        } else if matches!(self.route, "/healthz" | "/readyz" | "/metrics") {
            write_line!(self, DEBUG);
        } else {
            write_line!(self, INFO);
        }
    }
}
