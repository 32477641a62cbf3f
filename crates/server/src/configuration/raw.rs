//! Values as a source contains them, before they are parsed to the type of their key.

use std::collections::BTreeMap;

use super::error::Origin;

/// A value and its source.
#[derive(Clone)]
pub(super) struct RawValue {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

#[derive(Clone)]
pub(super) enum Value {
    /// Text that may stand for any type: variables and options have no types. Commas separate the items of
    /// a list.
    Untyped(String),
    Text(String),
    Integer(String),
    Boolean(bool),
    List(Vec<RawValue>),
    /// The tables of a list in a table, such as `[[apps.offers]]`, in order.
    Tables(Vec<(Origin, Table)>),
    /// A TOML type that no key accepts.
    Unsupported,
}

/// The values of one section, by key.
pub(super) type Table = BTreeMap<String, RawValue>;

/// The contents of a file.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) sections: BTreeMap<String, (Origin, Table)>,
    /// The tables of each list, such as `[[apps]]`, in order.
    pub(super) lists: BTreeMap<&'static str, Vec<(Origin, Table)>>,
}
