use std::ops::RangeInclusive;

use super::super::{JsonObject, JsonType, JsonValue};
use crate::localized::Localized;

/// The greatest whole number that every reader of JSON reads alike (RFC 8259, section 6).
const GREATEST: u64 = (1 << 53) - 1;

/// What is wrong with a member, as the rest of a sentence that begins with its name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemberError {
    /// It is missing.
    #[error("is missing")]
    Missing,
    /// It is none of this kind's.
    #[error("is not a member of this kind")]
    Unknown,
    /// Its value has another type.
    #[error("must be {expected}, not {found}")]
    WrongType {
        /// What it must be.
        expected: JsonType,
        /// What it is.
        found: JsonType,
    },
    /// Its value is not allowed.
    #[error("{0}")]
    Invalid(Localized),
}

/// A member of a text that is to be signed, or a field beside it, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {error}")]
pub struct MemberFault {
    /// Its name, as in `sign_data.outTradeNo`.
    pub field: String,
    /// What is wrong.
    pub error: MemberError,
}

/// Whether a member must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Required,
    Optional,
}

/// The members of a text, being checked. Every fault is collected, so that one answer names all of them.
pub(super) struct Members<'a> {
    /// The field of the request that holds the text.
    field: &'static str,
    object: &'a JsonObject,
    faults: Vec<MemberFault>,
}

impl<'a> Members<'a> {
    pub(super) const fn new(field: &'static str, object: &'a JsonObject) -> Self {
        Self { field, object, faults: Vec::new() }
    }

    pub(super) fn into_faults(self) -> Vec<MemberFault> {
        self.faults
    }

    pub(super) fn add(&mut self, name: &str, error: MemberError) {
        self.faults.push(MemberFault { field: format!("{}.{name}", self.field), error });
    }

    /// Adds a fault of a field beside the text.
    pub(super) fn add_beside(&mut self, field: &str, error: MemberError) {
        self.faults.push(MemberFault { field: field.to_owned(), error });
    }

    pub(super) fn add_invalid(&mut self, name: &str, detail: Localized) {
        self.add(name, MemberError::Invalid(detail));
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.object.get(name).is_some()
    }

    /// Refuses an object without members.
    pub(super) fn not_empty(&mut self) {
        if self.object.members().next().is_none() {
            let detail = Localized::fixed("must not be empty", "不能为空");
            self.add_beside(self.field, MemberError::Invalid(detail));
        }
    }

    /// Refuses every member but these.
    pub(super) fn only(&mut self, known: &[&str]) {
        for (name, _) in self.object.members().filter(|(name, _)| !known.contains(name)) {
            self.add(name, MemberError::Unknown);
        }
    }

    /// Refuses these members, in whichever case they are written.
    pub(super) fn none_of(&mut self, refused: &[&str]) {
        let is_refused = |name: &str| refused.iter().any(|other| other.eq_ignore_ascii_case(name));
        for (name, _) in self.object.members().filter(|(name, _)| is_refused(name)) {
            self.add(name, MemberError::Unknown);
        }
    }

    /// Refuses members that some readers would take for one of these, which are checked.
    pub(super) fn spelled_like(&mut self, checked: &[&str]) {
        for (name, _) in self.object.members() {
            let meant = checked.iter().find(|other| other.eq_ignore_ascii_case(name));
            if let Some(meant) = meant.filter(|meant| **meant != name) {
                let detail = Localized::new(format!("must be written {meant}"), format!("应写作 {meant}"));
                self.add_invalid(name, detail);
            }
        }
    }

    /// Any text.
    pub(super) fn any_text(&mut self, name: &str, presence: Presence) -> Option<&'a str> {
        self.text(name, presence, |_| true, &JsonType::Text.name())
    }

    /// A text that meets `rule`; `expected` completes "must be …".
    pub(super) fn text(
        &mut self,
        name: &str,
        presence: Presence,
        rule: impl Fn(&str) -> bool,
        expected: &Localized,
    ) -> Option<&'a str> {
        let found = match self.member(name, presence)? {
            JsonValue::Text(text) if rule(text) => return Some(text),
            JsonValue::Text(_) => {
                self.add_invalid(name, Localized::must_be(expected));
                return None;
            }
            JsonValue::Number(_) => JsonType::Number,
            JsonValue::Other(found) => *found,
        };
        self.add(name, MemberError::WrongType { expected: JsonType::Text, found });
        None
    }

    /// A whole number of at least `least`.
    pub(super) fn number(&mut self, name: &str, presence: Presence, least: u64) -> Option<u64> {
        let range: RangeInclusive<u64> = least..=GREATEST;
        let found = match self.member(name, presence)? {
            JsonValue::Number(number) if range.contains(number) => return Some(*number),
            JsonValue::Number(_) => {
                let detail = Localized::new(
                    format!("must be a whole number from {least} to {GREATEST}"),
                    format!("必须是 {least} 到 {GREATEST} 之间的整数"),
                );
                self.add_invalid(name, detail);
                return None;
            }
            JsonValue::Text(_) => JsonType::Text,
            JsonValue::Other(found) => *found,
        };
        self.add(name, MemberError::WrongType { expected: JsonType::WholeNumber, found });
        None
    }

    fn member(&mut self, name: &str, presence: Presence) -> Option<&'a JsonValue> {
        let member = self.object.get(name);
        if member.is_none() && presence == Presence::Required {
            self.add(name, MemberError::Missing);
        }
        member
    }
}
