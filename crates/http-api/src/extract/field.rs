use std::{fmt, str::FromStr};

use domain::{localized::Localized, signature::JsonType, text::InvalidText};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::problem::{MISSING, Problem, ProblemCode};

/// The value of one field of a body, of whatever type it is. Deserialising it never fails, so that all
/// wrong fields can be reported at once and by name. It may be a secret and therefore has no `Debug`.
#[derive(Default)]
pub(crate) enum FieldValue {
    /// The field is missing.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// A string.
    Text(String),
    /// A whole number that is not negative.
    Number(u64),
    /// A value of a type that no field has.
    Other(JsonType),
}

impl FieldValue {
    /// Whether the field is missing or null.
    pub(crate) const fn is_empty(&self) -> bool {
        matches!(self, Self::Absent | Self::Null)
    }
}

impl<'de> Deserialize<'de> for FieldValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldValueVisitor)
    }
}

struct FieldValueVisitor;

impl<'de> Visitor<'de> for FieldValueVisitor {
    type Value = FieldValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E>(self, text: &str) -> Result<FieldValue, E> {
        Ok(FieldValue::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<FieldValue, E> {
        Ok(FieldValue::Text(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<FieldValue, E> {
        Ok(FieldValue::Number(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<FieldValue, E> {
        Ok(FieldValue::Other(JsonType::NegativeNumber))
    }

    fn visit_f64<E>(self, _: f64) -> Result<FieldValue, E> {
        Ok(FieldValue::Other(JsonType::Fraction))
    }

    fn visit_bool<E>(self, _: bool) -> Result<FieldValue, E> {
        Ok(FieldValue::Other(JsonType::Boolean))
    }

    fn visit_unit<E>(self) -> Result<FieldValue, E> {
        Ok(FieldValue::Null)
    }

    fn visit_none<E>(self) -> Result<FieldValue, E> {
        Ok(FieldValue::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<FieldValue, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(FieldValue::Other(JsonType::Array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<FieldValue, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(FieldValue::Other(JsonType::Object))
    }
}

/// The errors in the fields of one body, collected so that one response reports all of them.
#[derive(Default)]
pub(crate) struct FieldErrors(Vec<(ProblemCode, &'static str, Localized)>);

impl FieldErrors {
    /// Whether there is no error.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the error that `field` is missing.
    pub(crate) fn missing(&mut self, field: &'static str) {
        self.add(ProblemCode::MissingField, field, MISSING);
    }

    /// Adds the error that `field` has a value that it may not have here.
    pub(crate) fn invalid(&mut self, field: &'static str, detail: Localized) {
        self.add(ProblemCode::InvalidField, field, detail);
    }

    /// Parses a required field. `None` if it is missing or wrong, which is then among the errors.
    pub(crate) fn required<T>(&mut self, field: &'static str, value: FieldValue) -> Option<T>
    where
        T: FromStr<Err = InvalidText>,
    {
        if matches!(value, FieldValue::Absent | FieldValue::Null) {
            self.missing(field);
        }
        self.optional(field, value)
    }

    /// Parses an optional field. `None` if it is missing, or wrong, which is then among the errors.
    pub(crate) fn optional<T>(&mut self, field: &'static str, value: FieldValue) -> Option<T>
    where
        T: FromStr<Err = InvalidText>,
    {
        match value {
            FieldValue::Absent | FieldValue::Null => None,
            FieldValue::Text(text) => self.valid(field, text.parse()),
            FieldValue::Number(_) => self.wrong_type(field, JsonType::Text, JsonType::Number),
            FieldValue::Other(found) => self.wrong_type(field, JsonType::Text, found),
        }
    }

    /// Reads a required text with `read`, whose error is the rest of a sentence that begins with the field.
    pub(crate) fn required_text<T>(
        &mut self,
        field: &'static str,
        value: FieldValue,
        read: impl FnOnce(String) -> Result<T, Localized>,
    ) -> Option<T> {
        match value {
            FieldValue::Absent | FieldValue::Null => {
                self.missing(field);
                None
            }
            FieldValue::Text(text) => {
                read(text).map_err(|error| self.add(ProblemCode::InvalidField, field, error)).ok()
            }
            FieldValue::Number(_) => self.wrong_type(field, JsonType::Text, JsonType::Number),
            FieldValue::Other(found) => self.wrong_type(field, JsonType::Text, found),
        }
    }

    /// Refuses a text that the request must not have; `reason` is the rest of a sentence that begins with the
    /// field.
    pub(crate) fn no_text(&mut self, field: &'static str, value: FieldValue, reason: &Localized) {
        if !matches!(value, FieldValue::Absent | FieldValue::Null) {
            self.required_text(field, value, |_| Err::<(), _>(reason.clone()));
        }
    }

    /// Refuses a number that the request must not have, like [`no_text`](Self::no_text).
    pub(crate) fn no_number(&mut self, field: &'static str, value: &FieldValue, reason: &Localized) {
        match value {
            FieldValue::Absent | FieldValue::Null => {}
            FieldValue::Number(_) => self.add(ProblemCode::InvalidField, field, reason.clone()),
            FieldValue::Text(_) => {
                self.wrong_type::<()>(field, JsonType::Number, JsonType::Text);
            }
            FieldValue::Other(found) => {
                self.wrong_type::<()>(field, JsonType::WholeNumber, *found);
            }
        }
    }

    /// Parses a required number below 256, like [`required`](Self::required).
    pub(crate) fn required_number<T>(&mut self, field: &'static str, value: &FieldValue) -> Option<T>
    where
        T: TryFrom<u8, Error = InvalidText>,
    {
        if matches!(value, FieldValue::Absent | FieldValue::Null) {
            self.missing(field);
        }
        self.optional_number(field, value)
    }

    /// Parses an optional number below 256, like [`optional`](Self::optional).
    pub(crate) fn optional_number<T>(&mut self, field: &'static str, value: &FieldValue) -> Option<T>
    where
        T: TryFrom<u8, Error = InvalidText>,
    {
        match value {
            FieldValue::Absent | FieldValue::Null => None,
            // Numbers that do not fit into a byte are as invalid as the greatest one.
            FieldValue::Number(number) => {
                self.valid(field, T::try_from(u8::try_from(*number).unwrap_or(u8::MAX)))
            }
            FieldValue::Text(_) => self.wrong_type(field, JsonType::Number, JsonType::Text),
            FieldValue::Other(found) => self.wrong_type(field, JsonType::WholeNumber, *found),
        }
    }

    /// Refuses a text field that must not be there.
    pub(crate) fn refused(&mut self, field: &'static str, value: &FieldValue, detail: &Localized) {
        match value {
            FieldValue::Absent | FieldValue::Null => {}
            FieldValue::Text(_) => self.add(ProblemCode::InvalidField, field, detail.clone()),
            FieldValue::Number(_) => {
                self.wrong_type::<()>(field, JsonType::Text, JsonType::Number);
            }
            FieldValue::Other(found) => {
                self.wrong_type::<()>(field, JsonType::Text, *found);
            }
        }
    }

    fn valid<T>(&mut self, field: &'static str, parsed: Result<T, InvalidText>) -> Option<T> {
        parsed.map_err(|error| self.add(ProblemCode::InvalidField, field, error.detail())).ok()
    }

    fn wrong_type<T>(&mut self, field: &'static str, expected: JsonType, found: JsonType) -> Option<T> {
        self.add(ProblemCode::WrongType, field, Localized::must_be_not(&expected.name(), &found.name()));
        None
    }

    fn add(&mut self, code: ProblemCode, field: &'static str, detail: Localized) {
        self.0.push((code, field, detail));
    }
}

impl From<FieldErrors> for Problem {
    /// The first error gives the problem its code; the problem lists all of them.
    fn from(errors: FieldErrors) -> Self {
        let code = errors.0.first().map_or(ProblemCode::InvalidField, |(code, _, _)| *code);
        errors
            .0
            .into_iter()
            .fold(Self::new(code), |problem, (_, field, detail)| problem.with_field(field, detail))
    }
}
