//! The configuration file: TOML, with the line of every value.

use std::{borrow::Cow, ops::Range, sync::Arc};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    error::{ConfigError, Origin},
    list::List,
    raw::{RawValue, Table, Tables, Value},
};

/// A configuration file's path and text.
#[derive(Clone)]
pub(super) struct File {
    pub(super) path: Arc<str>,
    pub(super) text: String,
}

/// The contents of a file, and the errors in it.
#[derive(Default)]
pub(super) struct ParsedFile {
    pub(super) tables: Tables,
    pub(super) syntax_errors: Vec<ConfigError>,
    /// Valid TOML that is no configuration.
    pub(super) errors: Vec<ConfigError>,
}

impl File {
    pub(super) fn parse(&self) -> ParsedFile {
        let (document, errors) = DeTable::parse_recoverable(&self.text);
        let mut parsed = ParsedFile::default();
        for error in errors {
            let origin = self.origin(error.span().unwrap_or_default());
            let message = format!("invalid TOML: {}", error.message());
            parsed.syntax_errors.push(ConfigError { origin: Some(origin), key: String::new(), message });
        }
        for (name, value) in document.get_ref() {
            self.parse_section(name, value, &mut parsed);
        }
        parsed
    }

    fn parse_section(
        &self,
        name: &Spanned<Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        parsed: &mut ParsedFile,
    ) {
        let origin = self.origin(name.span());
        let name = name.get_ref().as_ref();
        let mut reject = |origin: Origin, message: String| {
            parsed.errors.push(ConfigError { origin: Some(origin), key: name.to_owned(), message });
        };
        let list = List::TOP.into_iter().find(|list| list.name() == name);
        match (value.get_ref(), list) {
            (DeValue::Array(items), Some(list)) => {
                for item in items {
                    if let Some(item) = self.item(item) {
                        parsed.tables.lists.entry(list.name()).or_default().push(item);
                    } else {
                        let message = format!("every item must be a table, written [[{name}]]");
                        reject(self.origin(item.span()), message);
                    }
                }
            }
            (_, Some(_)) => {
                reject(origin, format!("must be a list of tables: write [[{name}]] above each of them"));
            }
            (DeValue::Table(table), None) => {
                parsed.tables.sections.insert(name.to_owned(), (origin, self.table(table)));
            }
            (
                DeValue::String(_)
                | DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_),
                None,
            ) => reject(origin, "is outside of any section: write [section] above it".to_owned()),
        }
    }

    fn table(&self, table: &DeTable<'_>) -> Table {
        table
            .iter()
            .map(|(name, value)| {
                let origin = self.origin(name.span());
                (name.get_ref().to_string(), RawValue { value: self.value(value.get_ref()), origin })
            })
            .collect()
    }

    /// A table of a list, with the line where it begins.
    fn item(&self, item: &Spanned<DeValue<'_>>) -> Option<(Origin, Table)> {
        Some((self.origin(item.span()), self.table(item.get_ref().as_table()?)))
    }

    fn value(&self, value: &DeValue<'_>) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) if number.radix() == 10 => Value::Integer(number.as_str().to_owned()),
            DeValue::Boolean(value) => Value::Boolean(*value),
            DeValue::Array(items) if items.iter().any(|item| item.get_ref().as_table().is_some()) => {
                let tables: Option<Vec<_>> = items.iter().map(|item| self.item(item)).collect();
                tables.map_or(Value::Unsupported, Value::Tables)
            }
            DeValue::Array(items) => {
                let item = |item: &Spanned<DeValue<'_>>| RawValue {
                    value: self.value(item.get_ref()),
                    origin: self.origin(item.span()),
                };
                Value::List(items.iter().map(item).collect())
            }
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => {
                Value::Unsupported
            }
        }
    }

    fn origin(&self, span: Range<usize>) -> Origin {
        let before = self.text.as_bytes().get(..span.start).unwrap_or(self.text.as_bytes());
        let line = before.split(|byte| *byte == b'\n').count();
        Origin::File { path: Arc::clone(&self.path), line }
    }
}
