use std::{net::IpAddr, time::Duration};

use domain::{identity::Pseudonym, ids::UserId};
use http::{Method, StatusCode};

use super::request_id::RequestId;
use crate::{admission::is_probe, problem::Problem};

/// The target of the log line that every request leaves.
const TARGET: &str = "yaoshi::request";

/// The client's address for the log.
#[derive(Clone, Copy)]
pub(super) struct LoggedAddress(Option<IpAddr>);

impl LoggedAddress {
    /// Calls `address` only if the line will be logged.
    pub(super) fn new(address: impl FnOnce() -> Option<IpAddr>) -> Self {
        Self(if tracing::enabled!(target: TARGET, tracing::Level::INFO) { address() } else { None })
    }
}

/// The log line of a request. It names the route instead of the path and the query, which may hold
/// personal data.
pub(super) struct LogLine<'a> {
    pub(super) request_id: &'a RequestId,
    pub(super) method: &'a Method,
    pub(super) route: &'a str,
    pub(super) status: StatusCode,
    pub(super) took: Duration,
    pub(super) client: LoggedAddress,
    /// The app's id, for a request that names a configured app.
    pub(super) app: Option<&'a str>,
    /// What logs call the person.
    pub(super) identity: Option<Pseudonym>,
    pub(super) user: Option<UserId>,
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
            app = $line.app,
            identity = $line.identity.map(display),
            user_id = $line.user.map(display),
            code = $line.problem.map(|problem| problem.code().kind().code),
            cause = $line.problem.and_then(Problem::internal_cause),
        )
    };
}

impl LogLine<'_> {
    /// Writes the line: at WARN for a server error, at DEBUG for a probe, otherwise at INFO.
    pub(super) fn write(&self) {
        if self.status.is_server_error() {
            write_line!(self, WARN);
        } else if is_probe(self.route) {
            write_line!(self, DEBUG);
        } else {
            write_line!(self, INFO);
        }
    }
}
