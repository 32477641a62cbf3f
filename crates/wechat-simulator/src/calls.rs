//! The record of what the platform was asked.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Mutex,
};

use axum::{
    Json, Router,
    extract::{Query, Request, State},
    routing::get,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Fault, Simulator, wire::Parameters, world::lock};

const MOST_CALLS: usize = 10_000;
const MOST_PARAMETERS: usize = 16;
const LONGEST_VALUE: usize = 128;
const MASKED: [&str; 5] = ["secret", "js_code", "code", "access_token", "signature"];

/// One call to the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Call {
    /// When it arrived, in milliseconds of the virtual clock.
    pub at: i64,
    /// The HTTP method.
    pub method: String,
    /// The path.
    pub endpoint: String,
    /// The query; of secrets and codes only the first four characters, of short ones none.
    pub query: BTreeMap<String, String>,
    /// The kind of the fault played on it.
    pub fault: Option<&'static str>,
    /// The HTTP status of the answer; none while it is being answered, and for good if the caller left.
    pub status: Option<u16>,
    /// The errcode of the answer: 0 for success, none if the answer is not one of WeChat's.
    pub errcode: Option<i32>,
}

/// What the platform was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_field_names, reason = "calls are what it holds, beside their counts")]
pub struct Calls {
    /// How many calls there were since the start or the last clearing, recorded below or not.
    pub total: u64,
    /// The same by endpoint.
    pub by_endpoint: BTreeMap<String, u64>,
    /// The last 10,000 calls, oldest first.
    pub calls: Vec<Call>,
}

#[derive(Default)]
pub(crate) struct CallLog(Mutex<Log>);

#[derive(Default)]
struct Log {
    recent: VecDeque<Call>,
    /// The arrival number of the oldest call in `recent`.
    oldest: u64,
    by_endpoint: BTreeMap<String, u64>,
}

/// A call's number in the order of arrival.
#[derive(Clone, Copy)]
pub(crate) struct Arrival(u64);

impl CallLog {
    pub(crate) fn arrived(
        &self,
        request: &Request,
        parameters: &Parameters,
        fault: Option<&Fault>,
        at: i64,
    ) -> Arrival {
        let call = Call {
            at,
            method: request.method().to_string(),
            endpoint: request.uri().path().to_owned(),
            query: parameters.iter().take(MOST_PARAMETERS).map(masked).collect(),
            fault: fault.map(|fault| fault.kind.name()),
            status: None,
            errcode: None,
        };
        lock(&self.0).push(call)
    }

    pub(crate) fn answered(&self, arrival: Arrival, status: u16, errcode: Option<i32>) {
        let mut log = lock(&self.0);
        let index = arrival.0.checked_sub(log.oldest).and_then(|index| usize::try_from(index).ok());
        if let Some(call) = index.and_then(|index| log.recent.get_mut(index)) {
            call.status = Some(status);
            call.errcode = errcode;
        }
    }

    fn read(&self, endpoint: Option<&str>) -> Calls {
        let log = lock(&self.0);
        let is_asked_for = |name: &str| endpoint.is_none_or(|endpoint| endpoint == name);
        let by_endpoint: BTreeMap<String, u64> = log
            .by_endpoint
            .iter()
            .filter(|(name, _)| is_asked_for(name))
            .map(|(k, v)| (k.clone(), *v))
            .collect();
        Calls {
            total: by_endpoint.values().sum(),
            by_endpoint,
            calls: log.recent.iter().filter(|call| is_asked_for(&call.endpoint)).cloned().collect(),
        }
    }

    fn clear(&self) {
        let mut log = lock(&self.0);
        // Arrival numbers go on, so that a call under way cannot be taken for a later one.
        log.oldest += log.recent.len() as u64;
        log.recent.clear();
        log.by_endpoint.clear();
    }
}

impl Log {
    fn push(&mut self, call: Call) -> Arrival {
        if let Some(count) = self.by_endpoint.get_mut(&call.endpoint) {
            *count += 1;
        } else {
            self.by_endpoint.insert(call.endpoint.clone(), 1);
        }
        if self.recent.len() == MOST_CALLS {
            self.recent.pop_front();
            self.oldest += 1;
        }
        self.recent.push_back(call);
        Arrival(self.oldest + self.recent.len() as u64 - 1)
    }
}

fn masked((name, value): (&str, &str)) -> (String, String) {
    let is_secret = MASKED.contains(&name);
    let length = match (is_secret, value.len()) {
        (true, ..=8) => 0,
        (true, _) => 4,
        (false, _) => LONGEST_VALUE,
    };
    let shown: String = value.chars().take(length).collect();
    let value = if is_secret || shown.len() < value.len() { format!("{shown}…") } else { shown };
    (name.chars().take(LONGEST_VALUE).collect(), value)
}

impl Simulator {
    /// What the platform was asked, on every endpoint.
    pub fn calls(&self) -> Calls {
        self.world.calls.read(None)
    }

    /// What the platform was asked on one endpoint, given by its path.
    pub fn calls_of(&self, endpoint: &str) -> Calls {
        self.world.calls.read(Some(endpoint))
    }

    /// Forgets all calls, and counts from 0.
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
