use std::{collections::HashSet, fmt};

use crate::localized::Localized;

/// The longest name of a member, in bytes.
const LONGEST_NAME: usize = 64;

/// The type of a JSON value, numbers told apart as far as a field may want another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonType {
    /// A string.
    Text,
    /// A number.
    Number,
    /// A number without a fraction.
    WholeNumber,
    /// A number below zero.
    NegativeNumber,
    /// A number with a fraction or an exponent.
    Fraction,
    /// `true` or `false`.
    Boolean,
    /// `null`.
    Null,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl JsonType {
    /// A value of the type, as in "a string".
    pub const fn name(self) -> Localized {
        match self {
            Self::Text => Localized::fixed("a string", "字符串"),
            Self::Number => Localized::fixed("a number", "数字"),
            Self::WholeNumber => Localized::fixed("a whole number", "整数"),
            Self::NegativeNumber => Localized::fixed("a negative number", "负数"),
            Self::Fraction => Localized::fixed("a fraction", "小数"),
            Self::Boolean => Localized::fixed("a boolean", "布尔值"),
            Self::Null => Localized::fixed("null", "null"),
            Self::Array => Localized::fixed("an array", "数组"),
            Self::Object => Localized::fixed("an object", "对象"),
        }
    }
}

impl fmt::Display for JsonType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name().fmt(f)
    }
}

/// A JSON value, as far as it is checked before it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonValue {
    /// A string.
    Text(String),
    /// A whole number that is not negative.
    Number(u64),
    /// A value that no member should have: what it is.
    Other(JsonType),
}

/// A JSON object in which every reader finds the same members.
///
/// Readers differ on a name that stands twice, and some take `openID` for `openid`, or a character outside of
/// ASCII for one inside. So a name consists of ASCII letters, digits and underscores, and no two names are the
/// same but for the case of letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonObject(Vec<(String, JsonValue)>);

/// Why an object is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidObject {
    /// A name has a character that is not allowed, or is too long or empty.
    #[error("names a member by other than 1 to 64 ASCII letters, digits and underscores")]
    Name,
    /// A member stands twice.
    #[error("names a member twice (whatever the case of its letters)")]
    Twice,
}

impl InvalidObject {
    /// Every reason.
    pub const ALL: [Self; 2] = [Self::Name, Self::Twice];
}

impl JsonObject {
    /// The object with these members, all that the text has, in their order.
    pub fn try_new(members: Vec<(String, JsonValue)>) -> Result<Self, InvalidObject> {
        let mut names = HashSet::with_capacity(members.len());
        for (name, _) in &members {
            let is_allowed = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if !is_allowed || !(1..=LONGEST_NAME).contains(&name.len()) {
                return Err(InvalidObject::Name);
            }
            if !names.insert(name.to_ascii_lowercase()) {
                return Err(InvalidObject::Twice);
            }
        }
        Ok(Self(members))
    }

    /// The members, in the order of the text.
    pub fn members(&self) -> impl Iterator<Item = (&str, &JsonValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The member with exactly this name.
    pub fn get(&self, name: &str) -> Option<&JsonValue> {
        self.members().find(|(other, _)| *other == name).map(|(_, value)| value)
    }
}

/// The text of a JSON object, and what it holds. The text is what is signed, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonText {
    text: String,
    object: JsonObject,
}

impl JsonText {
    /// The text, which `read` reads strictly.
    pub fn try_new<E>(text: String, read: impl FnOnce(&str) -> Result<JsonObject, E>) -> Result<Self, E> {
        let object = read(&text)?;
        Ok(Self { text, object })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it holds.
    pub const fn object(&self) -> &JsonObject {
        &self.object
    }

    /// The text, by value.
    pub fn into_text(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reader_finds_the_same_members() {
        let object = |names: &[&str]| {
            let members = names.iter().map(|name| ((*name).to_owned(), JsonValue::Number(1)));
            JsonObject::try_new(members.collect()).map(|object| object.members().count())
        };
        let longest = "a".repeat(LONGEST_NAME);
        assert_eq!(object(&["env", "offerId", "offer_id", "a1", &longest]), Ok(5));
        for twice in [["openid", "openid"], ["openid", "openID"], ["ENV", "env"]] {
            assert_eq!(object(&twice), Err(InvalidObject::Twice), "{twice:?}");
        }
        // The sign of Kelvin and the long s are `k` and `s` to a reader that folds the case of all letters.
        for name in ["", "open id", "open\u{200b}id", "mode\0", "\u{212a}ey", "key\u{17f}", "中", "a-b"] {
            assert_eq!(object(&[name]), Err(InvalidObject::Name), "{name:?}");
        }
        assert_eq!(object(&[&(longest + "a")]), Err(InvalidObject::Name));
    }
}
