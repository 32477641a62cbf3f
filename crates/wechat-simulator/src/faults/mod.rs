//! Faults of calls to the platform.

mod apply;
mod parse;

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    Json, Router,
    extract::{Request, State},
    routing::put,
};
use serde_json::{Value, json};

pub(crate) use apply::apply;

use crate::{Simulator, SimulatorError, fields, random, world::lock};

/// A fault on one endpoint, or on a function of the client that takes a signature. At most one applies to a
/// call: the first in the list that matches the call, has a positive count left and is selected by its rate.
///
/// As JSON: `{endpoint, kind, app_id?, count?, rate?, consume?}` and the members of the kind, with the names
/// used here: `{"endpoint": "/sns/jscode2session", "kind": "errcode", "errcode": -1, "count": 1}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The endpoint's path: `/sns/jscode2session`, `/sim/wx/requestVirtualPayment`, …
    pub endpoint: String,
    /// What happens.
    pub kind: FaultKind,
    /// Limits the fault to calls by this app, which an access token identifies, too.
    pub app_id: Option<String>,
    /// How many more calls the fault applies to; unlimited if absent.
    pub count: Option<u32>,
    /// The probability, from 0 to 1, that the fault applies to a matching call.
    pub rate: f64,
    /// For the kinds that replace the reply: whether WeChat processes the call first, so that a code is used
    /// although its session is never returned.
    pub consume: bool,
}

/// The kind of a fault. Delays take real time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// `errcode`: an API error.
    Errcode {
        /// The errcode.
        errcode: i32,
        /// The errmsg without its request id; by default WeChat's for the errcode.
        errmsg: Option<String>,
    },
    /// `latency`: the regular reply after a delay.
    Latency {
        /// The delay.
        milliseconds: u32,
    },
    /// `status`: an HTTP status with a body that is not WeChat's, as from a gateway.
    Status {
        /// The status, 200 to 599.
        status: u16,
        /// The body; by default a gateway's HTML page.
        body: Option<String>,
    },
    /// `truncated`: incomplete JSON in a complete HTTP response.
    Truncated,
    /// `malformed`: a body that is not JSON.
    Malformed {
        /// The body; by default `session_key=,openid=`.
        body: Option<String>,
    },
    /// `empty`: an empty body.
    Empty,
    /// `missing_field`: the regular reply without one of its members.
    MissingField {
        /// The name of the member.
        field: String,
    },
    /// `reset`: a connection reset instead of a reply.
    Reset,
    /// `timeout_before`: no reply; WeChat does not process the call.
    TimeoutBefore {
        /// The time until the connection is reset.
        milliseconds: u32,
    },
    /// `timeout_after`: no reply; WeChat processes the call.
    TimeoutAfter {
        /// The time until the connection is reset.
        milliseconds: u32,
    },
    /// `slow_bytes`: the regular reply, one byte at a time.
    SlowBytes {
        /// The delay before each byte.
        milliseconds: u32,
    },
    /// `huge_body`: a very large body.
    HugeBody {
        /// The size in bytes, rounded up to a multiple of 64 KiB.
        bytes: u32,
    },
}

/// Whether WeChat processes a call that a fault applies to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Processing {
    Always,
    Never,
    /// If the fault's `consume` is true.
    IfConsuming,
}

impl FaultKind {
    /// The name in JSON and in the call log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Errcode { .. } => "errcode",
            Self::Latency { .. } => "latency",
            Self::Status { .. } => "status",
            Self::Truncated => "truncated",
            Self::Malformed { .. } => "malformed",
            Self::Empty => "empty",
            Self::MissingField { .. } => "missing_field",
            Self::Reset => "reset",
            Self::TimeoutBefore { .. } => "timeout_before",
            Self::TimeoutAfter { .. } => "timeout_after",
            Self::SlowBytes { .. } => "slow_bytes",
            Self::HugeBody { .. } => "huge_body",
        }
    }

    fn processing(&self) -> Processing {
        match self {
            Self::Latency { .. }
            | Self::MissingField { .. }
            | Self::TimeoutAfter { .. }
            | Self::SlowBytes { .. } => Processing::Always,
            Self::TimeoutBefore { .. } => Processing::Never,
            Self::Errcode { .. }
            | Self::Status { .. }
            | Self::Truncated
            | Self::Malformed { .. }
            | Self::Empty
            | Self::Reset
            | Self::HugeBody { .. } => Processing::IfConsuming,
        }
    }
}

impl Fault {
    /// A fault on every call to the endpoint, without `consume`.
    pub fn on(endpoint: impl Into<String>, kind: FaultKind) -> Self {
        Self { endpoint: endpoint.into(), kind, app_id: None, count: None, rate: 1.0, consume: false }
    }

    /// Limits the fault to the next `count` calls.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// Lets WeChat process the call first.
    #[must_use]
    pub fn consuming(mut self) -> Self {
        self.consume = true;
        self
    }

    fn matches(&self, endpoint: &str, app_id: Option<&str>) -> bool {
        self.endpoint == endpoint
            && self.count != Some(0)
            && self.app_id.as_deref().is_none_or(|wanted| app_id == Some(wanted))
    }
}

/// The active faults.
#[derive(Default)]
pub(crate) struct Faults {
    /// Saves the lock for calls while there are no faults.
    has_any: AtomicBool,
    list: Mutex<Vec<Fault>>,
}

impl Faults {
    /// Selects the fault for a call and decrements its count.
    pub(crate) fn select(&self, endpoint: &str, app_id: Option<&str>) -> Option<Fault> {
        if !self.has_any.load(Ordering::Acquire) {
            return None;
        }
        let mut list = lock(&self.list);
        let applies = |fault: &&mut Fault| fault.matches(endpoint, app_id) && random::fraction() < fault.rate;
        let fault = list.iter_mut().find(applies)?;
        fault.count = fault.count.map(|count| count - 1);
        Some(fault.clone())
    }

    fn set(&self, faults: Vec<Fault>) {
        let mut list = lock(&self.list);
        self.has_any.store(!faults.is_empty(), Ordering::Release);
        *list = faults;
    }
}

impl Simulator {
    /// Replaces all faults.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.world.faults.set(faults);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.set_faults(Vec::new());
    }
}

pub(crate) fn routes() -> Router<Simulator> {
    Router::new().route("/sim/faults", put(set).delete(clear))
}

async fn set(State(simulator): State<Simulator>, request: Request) -> Result<Json<Value>, SimulatorError> {
    let faults = parse::faults(fields::json(request, &()).await?)?;
    let reply = json!({ "faults": faults.len() });
    simulator.set_faults(faults);
    Ok(Json(reply))
}

async fn clear(State(simulator): State<Simulator>) -> Json<Value> {
    simulator.clear_faults();
    Json(json!({ "faults": 0 }))
}
