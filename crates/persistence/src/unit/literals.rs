//! Statements with their values written into them, for MySQL to run several at once.

use sea_orm::{DbErr, Statement, Value};

/// A statement with its values in their places.
///
/// Texts and bytes are written as hexadecimal digits: whatever they hold, there is nothing in them
/// that could be taken for SQL. A text of letters, digits and what stands between them in addresses
/// and in the names of browsers stands as it is.
pub(super) fn written(statement: &Statement) -> Result<String, DbErr> {
    let values = statement.values.as_ref().map_or(&[][..], |values| &values.0);
    let mut values = values.iter();
    let mut parts = statement.sql.split('?');
    let mut sql = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        append_value(&mut sql, values.next().ok_or_else(|| unfit("a place without a value"))?)?;
        sql.push_str(part);
    }
    if values.next().is_some() { Err(unfit("a value without a place")) } else { Ok(sql) }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "sea-query knows more kinds of values than the tables")]
fn append_value(sql: &mut String, value: &Value) -> Result<(), DbErr> {
    match value {
        Value::TinyInt(Some(number)) => sql.push_str(&number.to_string()),
        Value::Int(Some(number)) => sql.push_str(&number.to_string()),
        Value::BigInt(Some(number)) => sql.push_str(&number.to_string()),
        Value::Unsigned(Some(number)) => sql.push_str(&number.to_string()),
        Value::BigUnsigned(Some(number)) => sql.push_str(&number.to_string()),
        Value::String(Some(text)) => append_text(sql, text),
        Value::Bytes(Some(bytes)) => append_bytes(sql, bytes),
        Value::Uuid(Some(uuid)) => append_bytes(sql, uuid.as_bytes()),
        Value::TinyInt(None)
        | Value::Int(None)
        | Value::BigInt(None)
        | Value::Unsigned(None)
        | Value::BigUnsigned(None)
        | Value::String(None)
        | Value::Bytes(None)
        | Value::Uuid(None) => sql.push_str("NULL"),
        _ => return Err(unfit("a value of a kind that no column has")),
    }
    Ok(())
}

fn append_text(sql: &mut String, text: &str) {
    if text.bytes().all(is_harmless) {
        sql.push('\'');
        sql.push_str(text);
        sql.push('\'');
    } else {
        sql.push_str("_utf8mb4 ");
        append_bytes(sql, text.as_bytes());
    }
}

/// Whether a character means itself and nothing else, wherever in a text it stands.
const fn is_harmless(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'-' | b'.' | b':' | b'/' | b'+' | b'=' | b',' | b';' | b'(' | b')' | b' ')
}

fn append_bytes(sql: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    sql.reserve(bytes.len() * 2 + 3);
    sql.push_str("x'");
    for byte in bytes {
        sql.push(char::from(DIGITS[usize::from(byte >> 4)]));
        sql.push(char::from(DIGITS[usize::from(byte & 0xF)]));
    }
    sql.push('\'');
}

/// A statement that cannot be said.
pub(super) fn unfit(what: &str) -> DbErr {
    DbErr::Type(format!("the statement has {what}"))
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, prelude::Uuid};

    use super::*;

    fn filled(sql: &str, values: Vec<Value>) -> Result<String, DbErr> {
        written(&Statement::from_sql_and_values(DbBackend::MySql, sql, values))
    }

    #[test]
    fn values_stand_in_their_places() {
        let values = vec![
            Value::BigInt(Some(i64::MIN)),
            Value::BigUnsigned(Some(u64::MAX)),
            Value::Unsigned(Some(7)),
            Value::TinyInt(Some(-1)),
            Value::Bytes(Some(vec![0, 0xFF, b'?'])),
            Value::Uuid(Some(Uuid::from_u128(1))),
            Value::Bytes(None),
        ];
        assert_eq!(
            filled("SELECT ?, ?, ?, ?, ?, ?, ? FROM `t`", values).unwrap(),
            "SELECT -9223372036854775808, 18446744073709551615, 7, -1, x'00ff3f', \
             x'00000000000000000000000000000001', NULL FROM `t`"
        );
    }

    #[test]
    fn nothing_in_a_text_is_sql() {
        let hostile = "'; DROP TABLE `users` -- ?\\";
        let sql = filled("SELECT ?", vec![hostile.into()]).unwrap();
        assert_eq!(sql, "SELECT _utf8mb4 x'273b2044524f50205441424c452060757365727360202d2d203f5c'");
        assert_eq!(filled("SELECT ?", vec!["😀".into()]).unwrap(), "SELECT _utf8mb4 x'f09f9880'");
    }

    #[test]
    fn letters_and_digits_stand_as_they_are() {
        for (text, sql) in [
            ("oAbC_1-2.3:4", "SELECT 'oAbC_1-2.3:4'"),
            ("https://a/b+c=,", "SELECT 'https://a/b+c=,'"),
            ("A/5.0 (b; c)", "SELECT 'A/5.0 (b; c)'"),
            ("", "SELECT ''"),
        ] {
            assert_eq!(filled("SELECT ?", vec![text.into()]).unwrap(), sql);
        }
        for other in ["'", "\\", "\"", "`", "#", "?", "*", "%", "é", "\0", "\n"] {
            assert!(filled("SELECT ?", vec![other.into()]).unwrap().contains("x'"), "{other:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(filled("SELECT ?", vec![]).is_err());
        assert!(filled("SELECT 1", vec![1.into()]).is_err());
        assert!(filled("SELECT ?", vec![1.5.into()]).is_err());
    }
}
