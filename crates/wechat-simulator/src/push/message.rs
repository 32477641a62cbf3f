//! A message: its fields, in WeChat's order, and its text in either format.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use sha1::{Digest, Sha1};

use super::PushFormat;
use crate::{SimulatorError, open_data, signatures::hex};

/// The original id (原始ID) of an app, which its messages are addressed to. It depends on the app id only.
pub(super) fn original_id(app_id: &str) -> String {
    format!("gh_{}", &hex(&Sha1::digest(app_id))[..12])
}

/// The openid that WeChat sends an app's messages from. It belongs to no user.
pub(super) fn sender_openid(app_id: &str) -> String {
    format!("o{}", BASE64_URL_SAFE_NO_PAD.encode(Sha1::digest(app_id)))
}

#[derive(Debug, Clone)]
pub(super) struct Message(Vec<(String, Value)>);

impl Message {
    /// A message without other fields than its receiver.
    pub(super) fn to(original_id: &str) -> Self {
        Self(vec![("ToUserName".to_owned(), json!(original_id))])
    }

    /// A message of WeChat about an event. `now` is in seconds since 1970-01-01 UTC.
    pub(super) fn event(app_id: &str, event: &str, now: i64) -> Self {
        let mut message = Self::to(&original_id(app_id));
        message.set("FromUserName", json!(sender_openid(app_id)));
        message.set("CreateTime", json!(now));
        message.set("MsgType", json!("event"));
        message.set("Event", json!(event));
        message
    }

    /// Sets a field at its place, or at the end if the message does not have it. `null` removes it.
    pub(super) fn set(&mut self, name: &str, value: Value) {
        let place = self.0.iter().position(|(known, _)| known == name);
        match (place, value) {
            (Some(place), Value::Null) => drop(self.0.remove(place)),
            (None, Value::Null) => {}
            (Some(place), value) => self.0[place].1 = value,
            (None, value) => self.0.push((name.to_owned(), value)),
        }
    }

    pub(super) fn to_text(&self, format: PushFormat) -> String {
        match format {
            PushFormat::Json => open_data::json(self),
            PushFormat::Xml => {
                let elements: String = self.0.iter().map(|(name, value)| element(name, value)).collect();
                format!("<xml>{elements}</xml>")
            }
        }
    }

    pub(super) fn fields(&self) -> Map<String, Value> {
        self.0.iter().cloned().collect()
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Text is CDATA, numbers are as they are, and a list is one element for each of its values.
fn element(name: &str, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Array(values) => values.iter().map(|value| element(name, value)).collect(),
        Value::Object(members) => {
            let members: String = members.iter().map(|(name, value)| element(name, value)).collect();
            format!("<{name}>{members}</{name}>")
        }
        Value::String(text) => {
            format!("<{name}><![CDATA[{}]]></{name}>", text.replace("]]>", "]]]]><![CDATA[>"))
        }
        Value::Bool(_) | Value::Number(_) => format!("<{name}>{value}</{name}>"),
    }
}

/// Refuses names of fields, at any depth, that XML does not have.
pub(super) fn check_names(value: &Value) -> Result<(), SimulatorError> {
    match value {
        Value::Object(members) => check_members(members),
        Value::Array(values) => values.iter().try_for_each(check_names),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

pub(super) fn check_members(members: &Map<String, Value>) -> Result<(), SimulatorError> {
    members.iter().try_for_each(|(name, value)| {
        let is_valid = name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
        if is_valid {
            check_names(value)
        } else {
            let message =
                format!("has the name {name:?}, which is not a letter followed by letters, digits and _");
            Err(SimulatorError::invalid_field("fields", message))
        }
    })
}
