//! Records for people: what a body has as JSON, as lines of names and values.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{CommandError, print};

/// What people look for first; everything else follows in the order of the alphabet.
const FIRST: [&str; 12] =
    ["id", "at", "kind", "by", "step", "code", "advice", "cause", "status", "nickname", "app_id", "openid"];

/// Prints a record, a line for each value, and its lists as lines of their own. An empty line ends it.
pub(super) fn print_record(record: &impl Serialize) -> Result<(), CommandError> {
    let Value::Object(fields) = serde_json::to_value(record)? else { return Ok(()) };
    print(record_text(&fields))
}

/// Prints a record on one line.
pub(super) fn print_line(record: &impl Serialize) -> Result<(), CommandError> {
    let Value::Object(fields) = serde_json::to_value(record)? else { return Ok(()) };
    print(line_of(&fields))
}

fn in_order(fields: &Map<String, Value>) -> impl Iterator<Item = (&str, &Value)> {
    let first = FIRST.into_iter().filter_map(|name| Some((name, fields.get(name)?)));
    let others = fields.iter().map(|(name, value)| (name.as_str(), value));
    first.chain(others.filter(|(name, _)| !FIRST.contains(name)))
}

fn record_text(fields: &Map<String, Value>) -> String {
    let is_shown = |value: &Value| !value.as_str().is_some_and(str::is_empty);
    let width = fields.keys().map(String::len).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (name, value) in in_order(fields).filter(|(_, value)| is_shown(value)) {
        match value {
            Value::Array(items) => {
                lines.push(format!("{name}: {}", items.len()));
                lines.extend(items.iter().map(|item| format!("  {}", shown(item))));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
                lines.push(format!("{name:width$}  {}", shown(value)));
            }
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

fn line_of(fields: &Map<String, Value>) -> String {
    in_order(fields).map(|(name, value)| format!("{name}={}", shown(value))).collect::<Vec<_>>().join("  ")
}

/// A value on one line. Text comes from outside: what would move the cursor of a terminal is left out.
fn shown(value: &Value) -> String {
    match value {
        Value::Object(fields) => line_of(fields),
        Value::String(text) => text.chars().filter(|character| !character.is_control()).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_has_a_line_for_each_value() {
        let record = json!({
            "id": "u1", "nickname": "阿明\u{1b}[2J", "city": "", "phone": { "number": "+86 138******00" },
            "sessions": [{ "id": "s1", "state": "registered" }], "events": [],
        });
        let fields = record.as_object().unwrap();
        let expected = "\
id        u1
nickname  阿明[2J
events: 0
phone     number=+86 138******00
sessions: 1
  id=s1  state=registered
";
        assert_eq!(record_text(fields), expected);
    }
}
