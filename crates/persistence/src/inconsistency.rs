use std::error::Error;

use domain::store::StoreError;
use sea_orm::prelude::Uuid;

/// A row holds what no version of this server writes.
#[derive(Debug, thiserror::Error)]
#[error("table {table}, column {column}, row {row}: {source}")]
pub(crate) struct Inconsistency {
    table: &'static str,
    column: &'static str,
    row: String,
    source: Box<dyn Error + Send + Sync>,
}

impl From<Inconsistency> for StoreError {
    fn from(error: Inconsistency) -> Self {
        Self::lasting(error)
    }
}

/// A row being read.
#[derive(Debug)]
pub(crate) struct Row<K> {
    table: &'static str,
    key: K,
}

/// What names a row in an error.
pub(crate) trait RowKey {
    fn show(&self) -> String;
}

impl RowKey for Uuid {
    fn show(&self) -> String {
        self.to_string()
    }
}

impl RowKey for (&str, &str) {
    fn show(&self) -> String {
        format!("({:?}, {:?})", self.0, self.1)
    }
}

impl RowKey for (&str, &[u8]) {
    fn show(&self) -> String {
        format!("({:?}, {:02x?})", self.0, self.1)
    }
}

impl<K: RowKey> Row<K> {
    /// The row of `table` with this key.
    pub(crate) const fn new(table: &'static str, key: K) -> Self {
        Self { table, key }
    }

    /// The value of `column`, if it is what it should be.
    pub(crate) fn check<T, E>(&self, column: &'static str, value: Result<T, E>) -> Result<T, Inconsistency>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        value.map_err(|error| Inconsistency {
            table: self.table,
            column,
            row: self.key.show(),
            source: error.into(),
        })
    }

    /// The value of `column` as `T`, if it has the right form.
    pub(crate) fn parse<T>(&self, column: &'static str, text: String) -> Result<T, Inconsistency>
    where
        T: TryFrom<String>,
        T::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        self.check(column, T::try_from(text))
    }

    /// The value of `column` as one of `known`, by its stored name.
    pub(crate) fn one_of<T: Copy>(
        &self,
        column: &'static str,
        known: &[T],
        name_of: impl Fn(T) -> &'static str,
        name: &str,
    ) -> Result<T, Inconsistency> {
        let found = known.iter().copied().find(|candidate| name_of(*candidate) == name);
        self.check(column, found.ok_or_else(|| format!("{name:?} is not known")))
    }
}
