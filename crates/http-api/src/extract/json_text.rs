use std::fmt;

use domain::{
    localized::Localized,
    signature::{InvalidObject, JsonObject, JsonText, JsonType, JsonValue},
};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::error::Category;

/// Reads a text that is a JSON object. An error is the rest of a sentence that begins with the text's name; it
/// does not quote the text.
pub(crate) fn read_json_text(text: String) -> Result<JsonText, Localized> {
    JsonText::try_new(text, read_object)
}

fn read_object(text: &str) -> Result<JsonObject, Localized> {
    let read = serde_json::from_str::<Object>(text).map(|Object(object)| object);
    read.map_err(|error| {
        let is_object = text.trim_start().starts_with('{');
        if !is_object && serde_json::from_str::<IgnoredAny>(text).is_ok() {
            return Localized::fixed("must be a JSON object", "必须是 JSON 对象");
        }
        let (line, column) = (error.line(), error.column());
        match error.classify() {
            Category::Data => refused(&error.to_string(), line, column),
            Category::Syntax | Category::Eof | Category::Io => Localized::new(
                format!("is not JSON at line {line}, column {column}"),
                format!("不是合法的 JSON：第 {line} 行第 {column} 列"),
            ),
        }
    })
}

/// Why an object was refused. An error of serde is a text: it begins with the reason and ends with the place.
fn refused(error: &str, line: usize, column: usize) -> Localized {
    let reason = InvalidObject::ALL.into_iter().find(|reason| error.starts_with(&reason.to_string()));
    let reason_zh = match reason {
        Some(InvalidObject::Name) => "的字段名只能由 1 到 64 个 ASCII 字母、数字和下划线组成",
        Some(InvalidObject::Twice) => "有重复的字段名（不区分大小写）",
        None => "不合要求",
    };
    Localized::new(error.to_owned(), format!("{reason_zh}：第 {line} 行第 {column} 列"))
}

struct Object(JsonObject);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object, A::Error> {
        object_of(map).map(Object)
    }
}

/// The object with all members of `map`, duplicates included: whether they are allowed is decided there.
fn object_of<'de, A: MapAccess<'de>>(mut map: A) -> Result<JsonObject, A::Error> {
    let mut members = Vec::with_capacity(map.size_hint().unwrap_or(0));
    while let Some((name, Value(value))) = map.next_entry()? {
        members.push((name, value));
    }
    JsonObject::try_new(members).map_err(A::Error::custom)
}

struct Value(JsonValue);

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor).map(Self)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = JsonValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E>(self, text: &str) -> Result<JsonValue, E> {
        Ok(JsonValue::Text(text.to_owned()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<JsonValue, E> {
        Ok(JsonValue::Number(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<JsonValue, E> {
        Ok(JsonValue::Other(JsonType::NegativeNumber))
    }

    fn visit_f64<E>(self, _: f64) -> Result<JsonValue, E> {
        Ok(JsonValue::Other(JsonType::Fraction))
    }

    fn visit_bool<E>(self, _: bool) -> Result<JsonValue, E> {
        Ok(JsonValue::Other(JsonType::Boolean))
    }

    fn visit_unit<E>(self) -> Result<JsonValue, E> {
        Ok(JsonValue::Other(JsonType::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<JsonValue, A::Error> {
        while items.next_element::<Value>()?.is_some() {}
        Ok(JsonValue::Other(JsonType::Array))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<JsonValue, A::Error> {
        object_of(map).map(|_| JsonValue::Other(JsonType::Object))
    }
}

#[cfg(test)]
mod tests {
    use domain::localized::Language;

    use super::*;

    #[test]
    fn values_are_read_and_the_text_stays_as_it_is() {
        let text = " {\"a\":\"\\u4e2d\\/\", \"b\":7,\"c\":-1,\"d\":1.0,\"e\":[{\"x\":1}],\"f\":{\"x\":1},\"g\":null,\"h\":true}\n";
        let read = read_json_text(text.to_owned()).unwrap();
        assert_eq!(read.as_str(), text);
        let values: Vec<_> = read.object().members().map(|(_, value)| value.clone()).collect();
        let other = [
            JsonType::NegativeNumber,
            JsonType::Fraction,
            JsonType::Array,
            JsonType::Object,
            JsonType::Null,
            JsonType::Boolean,
        ];
        let other = other.map(JsonValue::Other);
        assert_eq!(values[..2], [JsonValue::Text("中/".to_owned()), JsonValue::Number(7)]);
        assert_eq!(values[2..], other);
    }

    #[test]
    fn what_readers_might_read_in_two_ways_is_refused() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200));
        let table = [
            ("", "is not JSON at line 1, column 0"),
            ("{", "is not JSON at line 1, column 1"),
            ("{} {}", "is not JSON at line 1, column 4"),
            ("{\"a\":1,}", "is not JSON"),
            ("{'a':1}", "is not JSON"),
            ("{\"a\":NaN}", "is not JSON"),
            ("{\"a\":01}", "is not JSON"),
            ("{\"a\":1}//", "is not JSON"),
            ("\u{feff}{}", "is not JSON"),
            ("{\"a\":\"\\ud800\"}", "is not JSON"),
            ("{\"a\":\"\n\"}", "is not JSON"),
            (&deep, "is not JSON"),
            ("[]", "must be a JSON object"),
            ("\"{}\"", "must be a JSON object"),
            ("null", "must be a JSON object"),
            ("{\"env\":0,\"env\":1}", "names a member twice"),
            ("{\"env\":0,\"\\u0065nv\":1}", "names a member twice"),
            ("{\"env\":0,\"Env\":1}", "names a member twice"),
            ("{\"a\":{\"b\":0,\"b\":1}}", "names a member twice"),
            ("{\"a\":[{\"b\":0,\"b\":1}]}", "names a member twice"),
            ("{\"a b\":0}", "names a member by other than"),
        ];
        for (text, expected) in table {
            let error = read_json_text(text.to_owned()).unwrap_err();
            assert!(error.to_string().starts_with(expected), "{text}: {error}");
            let chinese = error.text(Language::Chinese);
            let of_kind = [
                ("is not JSON", "不是合法的 JSON：第 "),
                ("must be a JSON object", "必须是 JSON 对象"),
                ("names a member twice", "有重复的字段名（不区分大小写）：第 "),
                ("names a member by other than", "的字段名只能由 1 到 64 个"),
            ];
            let (_, of_kind) = of_kind.iter().find(|(english, _)| expected.starts_with(english)).unwrap();
            assert!(chinese.starts_with(of_kind), "{text}: {chinese}");
        }
    }
    /// Every byte of a text is replaced by every other ASCII character. What is still accepted has the same
    /// members for a reader that keeps the last of duplicates.
    #[test]
    fn an_accepted_text_reads_the_same_elsewhere() {
        let text = r#"{"env":0,"Env1":"0","openid":"o\u0041","open":{"id":[1.5,-1,null]},"ab":true}"#;
        let mut accepted = 0;
        for (index, byte) in (0..text.len()).flat_map(|index| (0..0x80).map(move |byte| (index, byte))) {
            let mut changed = text.as_bytes().to_vec();
            changed[index] = byte;
            let changed = String::from_utf8(changed).unwrap();
            let Ok(read) = read_json_text(changed.clone()) else { continue };
            accepted += 1;
            let elsewhere: serde_json::Map<_, _> = serde_json::from_str(&changed).unwrap();
            assert_eq!(read.object().members().count(), elsewhere.len(), "{changed}");
            for (name, value) in read.object().members() {
                let other = &elsewhere[name];
                match value {
                    JsonValue::Text(text) => assert_eq!(other, text, "{changed}"),
                    JsonValue::Number(number) => assert_eq!(other.as_u64(), Some(*number), "{changed}"),
                    JsonValue::Other(_) => assert!(!other.is_string() && !other.is_u64(), "{changed}"),
                }
            }
        }
        assert!(accepted > 1_000, "{accepted}");
    }
}
