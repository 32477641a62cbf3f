//! Parses faults from JSON.

use serde_json::Value;

use super::{Fault, FaultKind, Processing};
use crate::{SimulatorError, fields::Fields, phone, platform};

const MAX_FAULTS: usize = 100;
const MAX_MILLISECONDS: u32 = 60_000;
const DEFAULT_HUGE_BYTES: u32 = 16 * 1024 * 1024;
const MAX_HUGE_BYTES: u32 = 1024 * 1024 * 1024;

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

/// Parses a list of faults.
pub(super) fn faults(body: Value) -> Result<Vec<Fault>, SimulatorError> {
    let Value::Array(faults) = body else {
        return Err(SimulatorError::invalid_field("body", "must be a JSON list of faults"));
    };
    if faults.len() > MAX_FAULTS {
        return Err(SimulatorError::invalid_field(
            "body",
            format!("must not have more than {MAX_FAULTS} faults"),
        ));
    }
    faults.into_iter().enumerate().map(|(index, value)| fault(value, index)).collect()
}

fn fault(value: Value, index: usize) -> Result<Fault, SimulatorError> {
    let mut fields = Fields::try_new(value, format!("[{index}]."))?;
    let fault = Fault {
        endpoint: endpoint(&mut fields)?,
        kind: kind(&mut fields)?,
        app_id: fields.optional_text("app_id")?,
        count: fields.unsigned("count", u32::MAX)?,
        rate: fields.fraction("rate")?.unwrap_or(1.0),
        consume: fields.flag("consume")?,
    };
    if fault.consume && fault.kind.processing() != Processing::IfConsuming {
        return Err(
            fields.invalid("consume", &format!("has no meaning for the kind {:?}", fault.kind.name()))
        );
    }
    fields.reject_unknown()?;
    Ok(fault)
}

fn endpoint(fields: &mut Fields) -> Result<String, SimulatorError> {
    let endpoint = fields.required_text("endpoint")?;
    let known = platform::ENDPOINTS.iter().chain(&phone::SIGNED_FUNCTIONS);
    if known.clone().any(|known| **known == endpoint) {
        Ok(endpoint)
    } else {
        let known: Vec<_> = known.copied().collect();
        Err(fields.invalid("endpoint", &format!("must be one of {}", known.join(", "))))
    }
}

fn kind(fields: &mut Fields) -> Result<FaultKind, SimulatorError> {
    Ok(match fields.required_text("kind")?.as_str() {
        "errcode" => {
            let errcode = fields.integer("errcode", i64::from(i32::MIN)..=i64::from(i32::MAX))?;
            let errcode = errcode.and_then(|errcode| i32::try_from(errcode).ok());
            let errcode = errcode.ok_or_else(|| fields.invalid("errcode", "is missing"))?;
            FaultKind::Errcode { errcode, errmsg: fields.optional_text("errmsg")? }
        }
        "latency" => {
            let milliseconds = fields.unsigned("milliseconds", MAX_MILLISECONDS)?;
            let milliseconds = milliseconds.ok_or_else(|| fields.invalid("milliseconds", "is missing"))?;
            FaultKind::Latency { milliseconds }
        }
        "status" => {
            let status = fields.integer("status", 200..=599)?;
            let status = status.and_then(|status| u16::try_from(status).ok());
            let status = status.ok_or_else(|| fields.invalid("status", "is missing"))?;
            FaultKind::Status { status, body: fields.optional_text("body")? }
        }
        "truncated" => FaultKind::Truncated,
        "malformed" => FaultKind::Malformed { body: fields.optional_text("body")? },
        "empty" => FaultKind::Empty,
        "missing_field" => FaultKind::MissingField { field: fields.required_text("field")? },
        "reset" => FaultKind::Reset,
        "timeout_before" => {
            FaultKind::TimeoutBefore { milliseconds: milliseconds_or(fields, MAX_MILLISECONDS)? }
        }
        "timeout_after" => {
            FaultKind::TimeoutAfter { milliseconds: milliseconds_or(fields, MAX_MILLISECONDS)? }
        }
        "slow_bytes" => FaultKind::SlowBytes { milliseconds: milliseconds_or(fields, 50)? },
        "huge_body" => FaultKind::HugeBody {
            bytes: fields.unsigned("bytes", MAX_HUGE_BYTES)?.unwrap_or(DEFAULT_HUGE_BYTES),
        },
        _ => return Err(fields.invalid("kind", &format!("must be one of {}", KINDS.join(", ")))),
    })
}

fn milliseconds_or(fields: &mut Fields, default: u32) -> Result<u32, SimulatorError> {
    Ok(fields.unsigned("milliseconds", MAX_MILLISECONDS)?.unwrap_or(default))
}
