use std::{borrow::Cow, fmt, str::FromStr};

use domain::text::InvalidText;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::problem::{Problem, ProblemCode};

/// One field of a body, as it was sent: whatever is wrong with it is said later, together with what
/// is wrong with the others and by its name. It may be a secret, so it has no `Debug`.
#[derive(Default)]
pub(crate) enum Sent {
    /// Not at all.
    #[default]
    Absent,
    /// As `null`.
    Null,
    /// As a string.
    Text(String),
    /// As a whole number that is not negative.
    Number(u64),
    /// As something that no field is.
    Other(&'static str),
}

impl<'de> Deserialize<'de> for Sent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SentVisitor)
    }
}

struct SentVisitor;

impl<'de> Visitor<'de> for SentVisitor {
    type Value = Sent;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Sent, E> {
        Ok(Sent::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Sent, E> {
        Ok(Sent::Text(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Sent, E> {
        Ok(Sent::Number(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Sent, E> {
        Ok(Sent::Other("a negative number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Sent, E> {
        Ok(Sent::Other("a fraction"))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Sent, E> {
        Ok(Sent::Other("a boolean"))
    }

    fn visit_unit<E>(self) -> Result<Sent, E> {
        Ok(Sent::Null)
    }

    fn visit_none<E>(self) -> Result<Sent, E> {
        Ok(Sent::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Sent, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Sent::Other("an array"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Sent, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Sent::Other("an object"))
    }
}

/// What is wrong with the fields of one body: collected, so that the client learns all of it at
/// once.
#[derive(Default)]
pub(crate) struct FieldFaults(Vec<(ProblemCode, &'static str, Cow<'static, str>)>);

impl FieldFaults {
    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes that `field` is missing.
    pub(crate) fn missing(&mut self, field: &'static str) {
        self.note(ProblemCode::MissingField, field, "is missing");
    }

    /// A field that must be there. `None` where something is wrong with it.
    pub(crate) fn required<T>(&mut self, field: &'static str, sent: Sent) -> Option<T>
    where
        T: FromStr<Err = InvalidText>,
    {
        if matches!(sent, Sent::Absent | Sent::Null) {
            self.missing(field);
        }
        self.optional(field, sent)
    }

    /// A field that may be left out. `None` where it is, and where something is wrong with it.
    pub(crate) fn optional<T>(&mut self, field: &'static str, sent: Sent) -> Option<T>
    where
        T: FromStr<Err = InvalidText>,
    {
        match sent {
            Sent::Absent | Sent::Null => None,
            Sent::Text(text) => self.valid(field, text.parse()),
            Sent::Number(_) => self.wrong_type(field, "a string", "a number"),
            Sent::Other(found) => self.wrong_type(field, "a string", found),
        }
    }

    /// A small number that may be left out.
    pub(crate) fn optional_number<T>(&mut self, field: &'static str, sent: &Sent) -> Option<T>
    where
        T: TryFrom<u8, Error = InvalidText>,
    {
        match sent {
            Sent::Absent | Sent::Null => None,
            // Whatever does not fit into a byte is as wrong as the greatest one.
            Sent::Number(number) => self.valid(field, T::try_from(u8::try_from(*number).unwrap_or(u8::MAX))),
            Sent::Text(_) => self.wrong_type(field, "a number", "a string"),
            Sent::Other(found) => self.wrong_type(field, "a whole number", found),
        }
    }

    fn valid<T>(&mut self, field: &'static str, parsed: Result<T, InvalidText>) -> Option<T> {
        parsed.map_err(|error| self.note(ProblemCode::InvalidField, field, error.to_string())).ok()
    }

    fn wrong_type<T>(&mut self, field: &'static str, expected: &str, found: &str) -> Option<T> {
        self.note(ProblemCode::WrongType, field, format!("must be {expected}, not {found}"));
        None
    }

    fn note(&mut self, code: ProblemCode, field: &'static str, detail: impl Into<Cow<'static, str>>) {
        self.0.push((code, field, detail.into()));
    }
}

impl From<FieldFaults> for Problem {
    /// The first fault gives the problem its code; all of them are named.
    fn from(faults: FieldFaults) -> Self {
        let code = faults.0.first().map_or(ProblemCode::InvalidField, |(code, _, _)| *code);
        faults.0.into_iter().fold(Self::new(code), |problem, (_, field, detail)| problem.field(field, detail))
    }
}
