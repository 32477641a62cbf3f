use std::{collections::BTreeMap, str::Bytes};

use domain::push::PushFault;
use serde_json::Value;

/// How many objects and arrays a message may have inside one another, and elements in XML.
pub(super) const MAX_DEPTH: usize = 16;

/// The members of a JSON object. Of duplicate ones the last counts, as in JavaScript.
pub(super) fn parse(json: &str) -> Result<BTreeMap<String, Value>, PushFault> {
    if !is_shallow(json) {
        return Err(PushFault::Malformed);
    }
    serde_json::from_str(json).map_err(|_| PushFault::Malformed)
}

/// Whether no more than [`MAX_DEPTH`] brackets are open at once. Those in strings do not count.
fn is_shallow(json: &str) -> bool {
    let mut depth = 0_usize;
    let mut bytes = json.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => skip_string(&mut bytes),
            b'{' | b'[' if depth == MAX_DEPTH => return false,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    true
}

/// Skips the rest of a string, and the quotation mark at its end.
fn skip_string(bytes: &mut Bytes<'_>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
}
