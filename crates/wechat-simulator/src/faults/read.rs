//! Faults as they are put over HTTP.

use serde_json::Value;

use super::{Fault, FaultKind, Work};
use crate::{Refusal, fields::Fields, platform::ENDPOINTS};

const MOST_FAULTS: usize = 100;
const LONGEST_MILLISECONDS: u32 = 60_000;
const DEFAULT_HUGE: u32 = 16 * 1024 * 1024;
const MOST_HUGE: u32 = 1024 * 1024 * 1024;

const KINDS: [&str; 12] = [
    "errcode",
    "latency",
    "status",
    "truncated",
    "malformed",
    "empty",
    "missing_field",
    "reset",
    "timeout_before",
    "timeout_after",
    "slow_bytes",
    "huge_body",
];

/// A list of faults, or what is wrong with it.
pub(super) fn list(body: Value) -> Result<Vec<Fault>, Refusal> {
    let Value::Array(faults) = body else {
        return Err(Refusal::field("body", "must be a JSON list of faults"));
    };
    if faults.len() > MOST_FAULTS {
        return Err(Refusal::field("body", format!("must not have more than {MOST_FAULTS} faults")));
    }
    faults.into_iter().enumerate().map(|(index, fault)| one(fault, index)).collect()
}

fn one(fault: Value, index: usize) -> Result<Fault, Refusal> {
    let mut fields = Fields::of(fault, format!("[{index}]."))?;
    let fault = Fault {
        endpoint: endpoint(&mut fields)?,
        kind: kind(&mut fields)?,
        app_id: fields.optional_text("app_id")?,
        count: fields.amount("count", u32::MAX)?,
        rate: fields.share("rate")?.unwrap_or(1.0),
        consume: fields.flag("consume")?,
    };
    if fault.consume && fault.kind.work() != Work::AsConsumeSays {
        return Err(fields.wrong("consume", &format!("has no meaning for the kind {:?}", fault.kind.name())));
    }
    fields.finish()?;
    Ok(fault)
}

fn endpoint(fields: &mut Fields) -> Result<String, Refusal> {
    let endpoint = fields.text("endpoint")?;
    if ENDPOINTS.contains(&endpoint.as_str()) {
        Ok(endpoint)
    } else {
        Err(fields.wrong("endpoint", &format!("must be one of {}", ENDPOINTS.join(", "))))
    }
}

fn kind(fields: &mut Fields) -> Result<FaultKind, Refusal> {
    Ok(match fields.text("kind")?.as_str() {
        "errcode" => {
            let errcode = fields.integer("errcode", i64::from(i32::MIN)..=i64::from(i32::MAX))?;
            let errcode = errcode.and_then(|errcode| i32::try_from(errcode).ok());
            let errcode = errcode.ok_or_else(|| fields.wrong("errcode", "is missing"))?;
            FaultKind::Errcode { errcode, errmsg: fields.optional_text("errmsg")? }
        }
        "latency" => {
            let milliseconds = fields.amount("milliseconds", LONGEST_MILLISECONDS)?;
            let milliseconds = milliseconds.ok_or_else(|| fields.wrong("milliseconds", "is missing"))?;
            FaultKind::Latency { milliseconds }
        }
        "status" => {
            let status = fields.integer("status", 200..=599)?;
            let status = status.and_then(|status| u16::try_from(status).ok());
            let status = status.ok_or_else(|| fields.wrong("status", "is missing"))?;
            FaultKind::Status { status, body: fields.optional_text("body")? }
        }
        "truncated" => FaultKind::Truncated,
        "malformed" => FaultKind::Malformed { body: fields.optional_text("body")? },
        "empty" => FaultKind::Empty,
        "missing_field" => FaultKind::MissingField { field: fields.text("field")? },
        "reset" => FaultKind::Reset,
        "timeout_before" => FaultKind::TimeoutBefore { milliseconds: pause(fields, LONGEST_MILLISECONDS)? },
        "timeout_after" => FaultKind::TimeoutAfter { milliseconds: pause(fields, LONGEST_MILLISECONDS)? },
        "slow_bytes" => FaultKind::SlowBytes { milliseconds: pause(fields, 50)? },
        "huge_body" => {
            FaultKind::HugeBody { bytes: fields.amount("bytes", MOST_HUGE)?.unwrap_or(DEFAULT_HUGE) }
        }
        _ => return Err(fields.wrong("kind", &format!("must be one of {}", KINDS.join(", ")))),
    })
}

fn pause(fields: &mut Fields, default: u32) -> Result<u32, Refusal> {
    Ok(fields.amount("milliseconds", LONGEST_MILLISECONDS)?.unwrap_or(default))
}
