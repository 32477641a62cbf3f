use std::collections::BTreeMap;

use domain::{
    push::{PushFault, PushForm, PushFormat, PushMessage},
    session::Digest,
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{json, xml};

/// Reads a message, or the envelope of one: XML or JSON by its first character, with or without a byte order
/// mark. XML becomes JSON first, so that all messages are bounded in the same way.
pub(super) fn read(bytes: &[u8]) -> Result<PushMessage, PushFault> {
    let text = str::from_utf8(bytes).map_err(|_| PushFault::Malformed)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (format, json) = match text.trim_ascii_start().as_bytes().first() {
        Some(b'<') => (PushFormat::Xml, xml::to_json(text)?),
        Some(b'{') => (PushFormat::Json, text.to_owned()),
        Some(_) | None => return Err(PushFault::Malformed),
    };
    let members = members(json::parse(&json)?);
    let digest = digest(&members, &json);
    Ok(PushMessage { json, members, digest, form: PushForm { format, is_encrypted: false } })
}

fn members(object: BTreeMap<String, Value>) -> BTreeMap<String, String> {
    let texts = object.into_iter().filter_map(|(name, value)| Some((name, text(&value)?)));
    texts.map(|(name, text)| (name.trim().to_owned(), text.trim().to_owned())).collect()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A hash of the `MsgId`, or of the whole message where it has none. The two never hash the same text, because
/// a message does not start with this name.
fn digest(members: &BTreeMap<String, String>, json: &str) -> Digest {
    let hash = match members.get("MsgId").filter(|id| !id.is_empty()) {
        Some(id) => Sha256::new().chain_update("MsgId:").chain_update(id).finalize(),
        None => Sha256::digest(json),
    };
    Digest::new(hash.into())
}
