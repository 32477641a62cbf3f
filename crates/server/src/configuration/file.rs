//! The configuration file: TOML whose values remember their lines.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    flaw::{Flaw, Origin},
    written::{Table, Tables, Value, Written},
};

/// A configuration file's name and text.
#[derive(Clone)]
pub(super) struct File {
    pub(super) path: Arc<str>,
    pub(super) text: String,
}

/// What a file says, and what is wrong with its syntax.
pub(super) struct Parsed {
    pub(super) tables: Tables,
    pub(super) flaws: Vec<Flaw>,
    /// The lines with a syntax error: what else is found there is a consequence of it.
    pub(super) broken_lines: BTreeSet<usize>,
}

impl File {
    pub(super) fn parse(&self) -> Parsed {
        let (document, errors) = DeTable::parse_recoverable(&self.text);
        let mut parsed =
            Parsed { tables: Tables::default(), flaws: Vec::new(), broken_lines: BTreeSet::new() };
        for error in errors {
            let origin = self.origin(error.span().unwrap_or_default());
            if let Origin::File { line, .. } = origin {
                parsed.broken_lines.insert(line);
            }
            let message = format!("is not TOML: {}", error.message());
            parsed.flaws.push(Flaw { origin: Some(origin), key: String::new(), message });
        }
        for (name, value) in document.get_ref() {
            self.section(name, value, &mut parsed);
        }
        parsed
    }

    fn section(
        &self,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        parsed: &mut Parsed,
    ) {
        let origin = self.origin(name.span());
        let name = name.get_ref().as_ref();
        let mut refuse = |origin: Origin, message: &str| {
            parsed.flaws.push(Flaw {
                origin: Some(origin),
                key: name.to_owned(),
                message: message.to_owned(),
            });
        };
        match value.get_ref() {
            DeValue::Array(apps) if name == "apps" => {
                for app in apps {
                    let origin = self.origin(app.span());
                    match app.get_ref().as_table() {
                        Some(table) => parsed.tables.apps.push((origin, self.table(table))),
                        None => refuse(origin, "every app must be a table, written [[apps]]"),
                    }
                }
            }
            _ if name == "apps" => refuse(origin, "must be a list of tables: write [[apps]] above each app"),
            DeValue::Table(table) => {
                parsed.tables.sections.insert(name.to_owned(), (origin, self.table(table)));
            }
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_) => refuse(origin, "stands outside every section: write [section] above it"),
        }
    }

    fn table(&self, table: &DeTable<'_>) -> Table {
        table
            .iter()
            .map(|(name, value)| {
                let origin = self.origin(name.span());
                (name.get_ref().to_string(), Written { value: self.value(value.get_ref()), origin })
            })
            .collect()
    }

    fn value(&self, value: &DeValue<'_>) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) if number.radix() == 10 => Value::Integer(number.as_str().to_owned()),
            DeValue::Boolean(value) => Value::Boolean(*value),
            DeValue::Array(items) => {
                let item = |item: &Spanned<DeValue<'_>>| Written {
                    value: self.value(item.get_ref()),
                    origin: self.origin(item.span()),
                };
                Value::List(items.iter().map(item).collect())
            }
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => {
                Value::Other
            }
        }
    }

    fn origin(&self, span: Range<usize>) -> Origin {
        let before = self.text.as_bytes().get(..span.start).unwrap_or(self.text.as_bytes());
        let line = before.split(|byte| *byte == b'\n').count();
        Origin::File { path: Arc::clone(&self.path), line }
    }
}
