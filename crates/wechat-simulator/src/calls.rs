//! The log of calls to the platform. The client's functions that take signatures are logged, too: WeChat's
//! servers check those.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Mutex,
};

use axum::{
    Json, Router,
    extract::{Query, State},
    http::Method,
    routing::get,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Fault, Simulator, wire::Parameters, world::lock};

const MAX_CALLS: usize = 10_000;
const MAX_PARAMETERS: usize = 16;
const MAX_CHARS: usize = 128;
/// The parameters whose values are masked.
const SECRET_PARAMETERS: [&str; 7] =
    ["secret", "js_code", "code", "access_token", "signature", "pay_sig", "paySig"];

/// One call to the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Call {
    /// When it arrived by the virtual clock, in milliseconds since 1970-01-01 UTC.
    pub at: i64,
    /// The HTTP method.
    pub method: String,
    /// The path.
    pub endpoint: String,
    /// The query. Of secrets and codes, only the first four characters are kept, or none if they are short.
    pub query: BTreeMap<String, String>,
    /// The members of a JSON body, with secrets and codes masked as in the query.
    pub body: BTreeMap<String, String>,
    /// The kind of fault applied to it.
    pub fault: Option<&'static str>,
    /// The HTTP status of the response. None until the response, and if the caller disconnected before it.
    pub status: Option<u16>,
    /// The errcode of the response: 0 for success, none if the response is not one of WeChat's.
    pub errcode: Option<i32>,
}

/// The calls to the platform.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_field_names, reason = "the name is the JSON member's")]
pub struct Calls {
    /// The number of calls since the log was last cleared. May be greater than the number of calls in
    /// `calls`.
    pub total: u64,
    /// The number of calls that WeChat bills: the successful exchanges of phone codes, even if their replies
    /// were lost to a fault.
    pub billed: u64,
    /// The number of calls by endpoint.
    pub by_endpoint: BTreeMap<String, u64>,
    /// The last 10,000 calls, oldest first.
    pub calls: Vec<Call>,
}

#[derive(Default)]
pub(crate) struct CallLog(Mutex<Log>);

#[derive(Default)]
struct Log {
    recent: VecDeque<Call>,
    /// The number of the oldest call in `recent`.
    oldest: u64,
    by_endpoint: BTreeMap<String, u64>,
    billed: BTreeMap<&'static str, u64>,
}

/// A call that arrives.
pub(crate) struct Arrival<'a> {
    pub(crate) at: i64,
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) query: &'a Parameters,
    pub(crate) body: &'a Parameters,
    pub(crate) fault: Option<&'a Fault>,
}

/// Identifies a logged call: its number in the order of arrival.
#[derive(Clone, Copy)]
pub(crate) struct CallNumber(u64);

impl CallLog {
    pub(crate) fn record_request(&self, arrival: &Arrival<'_>) -> CallNumber {
        let call = Call {
            at: arrival.at,
            method: arrival.method.to_string(),
            endpoint: arrival.path.to_owned(),
            query: masked(arrival.query),
            body: masked(arrival.body),
            fault: arrival.fault.map(|fault| fault.kind.name()),
            status: None,
            errcode: None,
        };
        lock(&self.0).push(call)
    }

    /// Counts a call that WeChat bills.
    pub(crate) fn record_billed(&self, endpoint: &'static str) {
        *lock(&self.0).billed.entry(endpoint).or_default() += 1;
    }

    pub(crate) fn record_response(&self, call: CallNumber, status: u16, errcode: Option<i32>) {
        let mut log = lock(&self.0);
        let index = call.0.checked_sub(log.oldest).and_then(|index| usize::try_from(index).ok());
        if let Some(call) = index.and_then(|index| log.recent.get_mut(index)) {
            call.status = Some(status);
            call.errcode = errcode;
        }
    }

    fn read(&self, endpoint: Option<&str>) -> Calls {
        let log = lock(&self.0);
        let is_selected = |name: &str| endpoint.is_none_or(|endpoint| endpoint == name);
        let by_endpoint: BTreeMap<String, u64> = log
            .by_endpoint
            .iter()
            .filter(|(name, _)| is_selected(name))
            .map(|(name, count)| (name.clone(), *count))
            .collect();
        Calls {
            total: by_endpoint.values().sum(),
            billed: log.billed.iter().filter(|(name, _)| is_selected(name)).map(|(_, count)| count).sum(),
            by_endpoint,
            calls: log.recent.iter().filter(|call| is_selected(&call.endpoint)).cloned().collect(),
        }
    }

    fn clear(&self) {
        let mut log = lock(&self.0);
        // Numbering continues, so that the response of a call in progress is not recorded for a later call.
        log.oldest += log.recent.len() as u64;
        log.recent.clear();
        log.by_endpoint.clear();
        log.billed.clear();
    }
}

impl Log {
    fn push(&mut self, call: Call) -> CallNumber {
        if let Some(count) = self.by_endpoint.get_mut(&call.endpoint) {
            *count += 1;
        } else {
            self.by_endpoint.insert(call.endpoint.clone(), 1);
        }
        if self.recent.len() == MAX_CALLS {
            self.recent.pop_front();
            self.oldest += 1;
        }
        self.recent.push_back(call);
        CallNumber(self.oldest + self.recent.len() as u64 - 1)
    }
}

/// The parameters to log, with secrets and codes masked.
fn masked(parameters: &Parameters) -> BTreeMap<String, String> {
    parameters.iter().take(MAX_PARAMETERS).map(masked_parameter).collect()
}

fn masked_parameter((name, value): (&str, &str)) -> (String, String) {
    let is_secret = SECRET_PARAMETERS.contains(&name);
    let length = match (is_secret, value.len()) {
        (true, ..=8) => 0,
        (true, _) => 4,
        (false, _) => MAX_CHARS,
    };
    let shown: String = value.chars().take(length).collect();
    let value = if is_secret || shown.len() < value.len() { format!("{shown}…") } else { shown };
    (name.chars().take(MAX_CHARS).collect(), value)
}

impl Simulator {
    /// The calls to all endpoints.
    pub fn calls(&self) -> Calls {
        self.world.calls.read(None)
    }

    /// The calls to the endpoint with this path.
    pub fn calls_of(&self, endpoint: &str) -> Calls {
        self.world.calls.read(Some(endpoint))
    }

    /// Clears the log and its counts.
    pub fn clear_calls(&self) {
        self.world.calls.clear();
    }
}

#[derive(Deserialize)]
struct Filter {
    endpoint: Option<String>,
}

pub(crate) fn routes() -> Router<Simulator> {
    Router::new().route("/sim/calls", get(read).delete(clear))
}

async fn read(State(simulator): State<Simulator>, Query(filter): Query<Filter>) -> Json<Calls> {
    Json(simulator.world.calls.read(filter.endpoint.as_deref()))
}

async fn clear(State(simulator): State<Simulator>) -> Json<Value> {
    simulator.clear_calls();
    Json(json!({}))
}
