//! Faults: what else may happen to a call.

mod play;
mod read;

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

pub(crate) use play::play;

use crate::{Refusal, Simulator, fields, random, world::lock};

/// A fault on one endpoint. A call meets at most one: the first in the list that fits it, is not spent, and
/// that chance chooses.
///
/// Over HTTP: `{endpoint, kind, app_id?, count?, rate?, consume?}` and the members of the kind, all named as
/// here, as in `{"endpoint": "/sns/jscode2session", "kind": "errcode", "errcode": -1, "count": 1}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The endpoint's path.
    pub endpoint: String,
    /// What happens.
    pub kind: FaultKind,
    /// Only calls of this app.
    pub app_id: Option<String>,
    /// How many calls it meets before it is spent; no limit where absent.
    pub count: Option<u32>,
    /// The share of calls it meets, from 0 to 1.
    pub rate: f64,
    /// For the kinds that answer instead of WeChat: WeChat does its work first, so that a code is used up
    /// although its session is never seen.
    pub consume: bool,
}

/// What happens to a call. Times are real milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// `errcode`: an application error.
    Errcode {
        /// The errcode.
        errcode: i32,
        /// The errmsg before its request id; the usual one for the errcode where absent.
        errmsg: Option<String>,
    },
    /// `latency`: the answer is right, and late.
    Latency {
        /// How late.
        milliseconds: u32,
    },
    /// `status`: an HTTP status with a body that is not WeChat's.
    Status {
        /// The status, 200 to 599.
        status: u16,
        /// The body; a gateway's page of HTML where absent.
        body: Option<String>,
    },
    /// `truncated`: JSON that stops in the middle, in a complete HTTP answer.
    Truncated,
    /// `malformed`: a body that is not JSON.
    Malformed {
        /// The body.
        body: Option<String>,
    },
    /// `empty`: no body at all.
    Empty,
    /// `missing_field`: the answer without one of its members.
    MissingField {
        /// Which member.
        field: String,
    },
    /// `reset`: the connection is reset instead of an answer.
    Reset,
    /// `timeout_before`: WeChat never looks at the call, and the caller waits.
    TimeoutBefore {
        /// How long until the connection is reset.
        milliseconds: u32,
    },
    /// `timeout_after`: WeChat does its work, and the caller waits.
    TimeoutAfter {
        /// How long until the connection is reset.
        milliseconds: u32,
    },
    /// `slow_bytes`: the right answer, byte by byte.
    SlowBytes {
        /// The pause before each byte.
        milliseconds: u32,
    },
    /// `huge_body`: an answer without end, for all practical purposes.
    HugeBody {
        /// How many bytes.
        bytes: u32,
    },
}

/// Whether WeChat does its work on a call that meets a fault.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    Done,
    Undone,
    AsConsumeSays,
}

impl FaultKind {
    /// The name used over HTTP and in the record of calls.
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

    fn work(&self) -> Work {
        match self {
            Self::Latency { .. }
            | Self::MissingField { .. }
            | Self::TimeoutAfter { .. }
            | Self::SlowBytes { .. } => Work::Done,
            Self::TimeoutBefore { .. } => Work::Undone,
            Self::Errcode { .. }
            | Self::Status { .. }
            | Self::Truncated
            | Self::Malformed { .. }
            | Self::Empty
            | Self::Reset
            | Self::HugeBody { .. } => Work::AsConsumeSays,
        }
    }
}

impl Fault {
    /// A fault on every call of the endpoint.
    pub fn on(endpoint: impl Into<String>, kind: FaultKind) -> Self {
        Self { endpoint: endpoint.into(), kind, app_id: None, count: None, rate: 1.0, consume: false }
    }

    /// The same fault on the next `count` calls only.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// The same fault after WeChat has done its work.
    #[must_use]
    pub fn consuming(mut self) -> Self {
        self.consume = true;
        self
    }

    fn fits(&self, endpoint: &str, app_id: Option<&str>) -> bool {
        self.endpoint == endpoint
            && self.count != Some(0)
            && self.app_id.as_deref().is_none_or(|wanted| app_id == Some(wanted))
    }
}

/// The faults in force, counting down.
#[derive(Default)]
pub(crate) struct Faults {
    any: AtomicBool,
    list: Mutex<Vec<Fault>>,
}

impl Faults {
    /// The fault that this call meets.
    pub(crate) fn due(&self, endpoint: &str, app_id: Option<&str>) -> Option<Fault> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let mut list = lock(&self.list);
        let is_due = |fault: &&mut Fault| fault.fits(endpoint, app_id) && random::fraction() < fault.rate;
        let fault = list.iter_mut().find(is_due)?;
        fault.count = fault.count.map(|count| count - 1);
        Some(fault.clone())
    }

    fn set(&self, faults: Vec<Fault>) {
        let mut list = lock(&self.list);
        self.any.store(!faults.is_empty(), Ordering::Release);
        *list = faults;
    }
}

impl Simulator {
    /// Puts these faults in the place of all earlier ones.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.world.faults.set(faults);
    }

    /// Ends all faults.
    pub fn clear_faults(&self) {
        self.set_faults(Vec::new());
    }
}

pub(crate) fn routes() -> Router<Simulator> {
    Router::new().route("/sim/faults", put(set).delete(clear))
}

async fn set(State(simulator): State<Simulator>, request: Request) -> Result<Json<Value>, Refusal> {
    let faults = read::list(fields::json(request, &()).await?)?;
    let answer = json!({ "faults": faults.len() });
    simulator.set_faults(faults);
    Ok(Json(answer))
}

async fn clear(State(simulator): State<Simulator>) -> Json<Value> {
    simulator.clear_faults();
    Json(json!({ "faults": 0 }))
}
