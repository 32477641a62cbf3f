//! Values as they were written, before anything is known of their meaning.

use std::collections::BTreeMap;

use super::flaw::Origin;

/// A value and where it was written.
#[derive(Clone)]
pub(super) struct Written {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

#[derive(Clone)]
pub(super) enum Value {
    /// Text that may stand for any type: variables and options know no other. A list is written with
    /// commas.
    Loose(String),
    Text(String),
    Integer(String),
    Boolean(bool),
    List(Vec<Written>),
    /// What no key takes.
    Other,
}

/// The values of one section by their name.
pub(super) type Table = BTreeMap<String, Written>;

/// Everything that a file says.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) sections: BTreeMap<String, (Origin, Table)>,
    /// Every `[[apps]]`, in order.
    pub(super) apps: Vec<(Origin, Table)>,
}
