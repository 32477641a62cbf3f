//! Reads typed values and collects every error.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs, mem,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    error::{ConfigError, Origin},
    findings::{Findings, KeyDoc},
    list::List,
    raw::{RawValue, Table, Tables, Value},
    setting::{Form, Positive, Setting},
    sources::{Sources, VARIABLE_PREFIX},
};

const UNKNOWN_VARIABLE: &str =
    "unknown variable: a variable is named YAOSHI_<SECTION>__<KEY> (see `yaoshi config reference`)";

/// An item of a list: its path, where it begins, and its keys.
pub(super) type Item = (String, Option<Origin>, Table);

/// Merges all sources, section by section.
pub(super) struct Reader {
    file: Tables,
    syntax_errors: Vec<ConfigError>,
    /// Variables and options.
    overrides: BTreeMap<String, Table>,
    presets: BTreeMap<String, Table>,
    pub(super) findings: Findings,
}

impl Reader {
    pub(super) fn new(sources: &Sources) -> Self {
        let file = sources.file.as_ref().map(super::file::File::parse).unwrap_or_default();
        let mut reader = Self {
            file: file.tables,
            syntax_errors: file.syntax_errors,
            overrides: BTreeMap::new(),
            presets: BTreeMap::new(),
            findings: Findings { errors: file.errors, ..Findings::default() },
        };
        for (key, value) in &sources.presets {
            insert(&mut reader.presets, key, value, &Origin::Preset);
        }
        for (name, value) in &sources.variables {
            let origin = Origin::Variable(name.clone());
            let key = name.strip_prefix(VARIABLE_PREFIX).and_then(|rest| rest.split_once("__"));
            match key {
                Some((section, name)) => {
                    let key = format!("{section}.{name}").to_ascii_lowercase();
                    insert(&mut reader.overrides, &key, value, &origin);
                }
                None => reader.findings.add_error(Some(origin), "", UNKNOWN_VARIABLE),
            }
        }
        for (key, value, flag) in &sources.flags {
            insert(&mut reader.overrides, key, value, &Origin::Flag(flag));
        }
        reader
    }

    /// The syntax errors of the file. Whatever else there is to say may follow from them.
    pub(super) fn syntax_errors(&mut self) -> Vec<ConfigError> {
        mem::take(&mut self.syntax_errors)
    }

    /// Merges a section from all sources.
    pub(super) fn section(&mut self, name: &'static str) -> Section<'_> {
        let mut table = self.presets.remove(name).unwrap_or_default();
        table.extend(self.file.sections.remove(name).map(|(_, table)| table).unwrap_or_default());
        table.extend(self.overrides.remove(name).unwrap_or_default());
        let (path, findings) = (name.to_owned(), &mut self.findings);
        Section { path, variable_prefix: name, key_prefix: "", table, findings }
    }

    /// The items of a list in the file, each with its path. The variables of a single item override the
    /// file's item, or define one if the file has none. Presets count only if nothing else defines an item.
    pub(super) fn list(&mut self, list: List) -> Vec<Item> {
        let of_file = self.file.lists.remove(list.name()).unwrap_or_default();
        self.merge(list, list.name(), of_file)
    }

    /// Like [`list`](Self::list), with the path of a list and its items in the file.
    pub(super) fn merge(&mut self, list: List, path: &str, of_file: Vec<(Origin, Table)>) -> Vec<Item> {
        let overrides = self.overrides.remove(list.single()).unwrap_or_default();
        let presets = self.presets.remove(list.single()).unwrap_or_default();
        let mut items: Vec<_> = of_file.into_iter().map(|(origin, item)| (Some(origin), item)).collect();
        match (items.len(), overrides.values().next()) {
            (0, None) if presets.is_empty() => {}
            (0, _) => {
                let mut table = presets;
                table.extend(overrides);
                items.push((None, table));
            }
            (1, _) => items[0].1.extend(overrides),
            (_, None) => {}
            (count, Some(first)) => {
                let message = format!("applies to a single {}, but the file lists {count}", list.single());
                self.findings.add_error(Some(first.origin.clone()), path, message);
            }
        }
        let is_single = items.len() == 1;
        let path_of = |index| if is_single { path.to_owned() } else { format!("{path}[{index}]") };
        items
            .into_iter()
            .enumerate()
            .map(|(index, (origin, table))| (path_of(index), origin, table))
            .collect()
    }

    /// Refuses the variables of a single item of a list, for this reason.
    pub(super) fn refuse_single(&mut self, list: List, reason: &str) {
        self.presets.remove(list.single());
        for raw in self.overrides.remove(list.single()).unwrap_or_default().into_values() {
            self.findings.add_error(Some(raw.origin), list.name(), reason);
        }
    }

    /// Adds errors for unknown sections and variables, and returns everything found.
    pub(super) fn finish(self) -> Findings {
        let Self { file, overrides, mut findings, .. } = self;
        for (name, (origin, _)) in file.sections {
            findings.add_error(Some(origin), name, "unknown section");
        }
        for raw in overrides.into_values().flat_map(Table::into_values) {
            findings.add_error(Some(raw.origin), "", UNKNOWN_VARIABLE);
        }
        findings
    }
}

fn insert(tables: &mut BTreeMap<String, Table>, key: &str, value: &str, origin: &Origin) {
    let (section, name) = key.split_once('.').unwrap_or((key, ""));
    let raw = RawValue { value: Value::Untyped(value.to_owned()), origin: origin.clone() };
    tables.entry(section.to_owned()).or_default().insert(name.to_owned(), raw);
}

/// A section being read. The code reads every key once, with its default and its meaning.
pub(super) struct Section<'a> {
    path: String,
    /// The section's name in variables.
    variable_prefix: &'static str,
    /// What the names of variables leave out at the beginning of keys.
    key_prefix: &'static str,
    table: Table,
    pub(super) findings: &'a mut Findings,
}

/// A key whose value may be in a file that a second key names.
pub(super) struct ValueOrFile<'a, T> {
    pub(super) name: &'static str,
    pub(super) default: Option<&'a T>,
    pub(super) meaning: &'static str,
    pub(super) file_name: &'static str,
    pub(super) file_meaning: &'static str,
}

impl<'a> Section<'a> {
    /// The section of an item of a list.
    pub(super) fn of_list(list: List, path: String, table: Table, findings: &'a mut Findings) -> Self {
        Self { path, variable_prefix: list.single(), key_prefix: list.key_prefix(), table, findings }
    }

    /// Reads a key, or returns its default.
    pub(super) fn value<T: Setting>(&mut self, name: &'static str, default: T, meaning: &'static str) -> T {
        self.document(name, T::FORM, Some(default.show()), meaning);
        self.take(name).and_then(|raw| self.parse(name, &raw)).unwrap_or(default)
    }

    /// Reads a key whose value is a duration longer than zero.
    pub(super) fn duration(
        &mut self,
        name: &'static str,
        default: Duration,
        meaning: &'static str,
    ) -> Duration {
        self.value(name, Positive(default), meaning).0
    }

    /// Reads a key without a default.
    pub(super) fn optional<T: Setting>(&mut self, name: &'static str, meaning: &'static str) -> Option<T> {
        self.document(name, T::FORM, None, meaning);
        self.take(name).and_then(|raw| self.parse(name, &raw))
    }

    /// Reads the key that tells the items of a list apart. No other item may have the same.
    pub(super) fn id<T: Setting>(&mut self, name: &'static str, meaning: &'static str) -> Option<T> {
        let id = self.optional::<T>(name, meaning)?;
        let list = self.path.strip_suffix(']').and_then(|path| path.rsplit_once('['));
        let list = list.map_or(&*self.path, |(list, _)| list);
        self.findings.add_id(list, &self.key(name), id.show());
        Some(id)
    }

    /// Reads a key whose value is a list; empty if the key is not set.
    pub(super) fn list<T: Setting>(&mut self, name: &'static str, meaning: &'static str) -> Vec<T> {
        self.document_as(name, "list of strings", Some("[]".to_owned()), meaning);
        self.take(name).map(|raw| self.items(name, raw)).unwrap_or_default()
    }

    /// Reads a key whose value is one item or a list of them; the default if there is none.
    pub(super) fn one_or_list<T: Setting>(
        &mut self,
        name: &'static str,
        default: T,
        meaning: &'static str,
    ) -> Vec<T> {
        self.document_as(name, "string or list of strings", Some(default.show()), meaning);
        let items = match self.take(name) {
            None => Vec::new(),
            Some(raw) if matches!(raw.value, Value::Text(_)) => self.parse(name, &raw).into_iter().collect(),
            Some(raw) => self.items(name, raw),
        };
        if items.is_empty() { vec![default] } else { items }
    }

    fn items<T: Setting>(&mut self, name: &str, raw: RawValue) -> Vec<T> {
        let items = match raw.value {
            Value::List(items) => items,
            Value::Untyped(text) => text
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| RawValue { value: Value::Untyped(item.to_owned()), origin: raw.origin.clone() })
                .collect(),
            Value::Text(_)
            | Value::Integer(_)
            | Value::Boolean(_)
            | Value::Tables(_)
            | Value::Unsupported => {
                let message = format!("must be a list; each item must be {}", T::EXPECTED);
                self.findings.add_error(Some(raw.origin), self.key(name), message);
                return Vec::new();
            }
        };
        items.iter().filter_map(|item| self.parse(name, item)).collect()
    }

    /// Reads a key, or the file that its second key names. If both are set, the source with the higher
    /// precedence wins: a variable overrides the file.
    pub(super) fn value_or_file<T: Setting>(&mut self, key: &ValueOrFile<'_, T>) -> Option<T> {
        let ValueOrFile { name, file_name, .. } = *key;
        self.document(name, T::FORM, key.default.map(T::show), key.meaning);
        self.document(file_name, Form::Text, None, key.file_meaning);
        match (self.take(name), self.take(file_name)) {
            (None, None) => None,
            (Some(value), Some(file)) if value.origin.precedence() == file.origin.precedence() => {
                let message = format!("cannot be combined with {name}: set only one of them");
                self.findings.add_error(Some(file.origin), self.key(file_name), message);
                None
            }
            (Some(value), file)
                if file.as_ref().is_none_or(|file| file.origin.precedence() < value.origin.precedence()) =>
            {
                self.parse(name, &value)
            }
            (_, file) => {
                let file = file?;
                let path = self.parse::<PathBuf>(file_name, &file)?;
                self.read_lines(file_name, &file.origin, &path).into_iter().next()
            }
        }
    }

    /// Reads a key that names a file, and the value in it.
    pub(super) fn in_file<T: Setting>(&mut self, name: &'static str, meaning: &'static str) -> Option<T> {
        let path: PathBuf = self.optional(name, meaning)?;
        let origin = self.findings.origins.get(&self.key(name)).cloned();
        self.read_lines(name, &origin.unwrap_or(Origin::Preset), &path).into_iter().next()
    }

    /// Reads a key that lists files, and the values in them, one per line.
    pub(super) fn list_in_files<T: Setting>(&mut self, name: &'static str, meaning: &'static str) -> Vec<T> {
        let paths: Vec<PathBuf> = self.list(name, meaning);
        let origin = self.findings.origins.get(&self.key(name)).cloned();
        paths
            .iter()
            .flat_map(|path| self.read_lines(name, origin.as_ref().unwrap_or(&Origin::Preset), path))
            .collect()
    }

    fn read_lines<T: Setting>(&mut self, name: &str, origin: &Origin, path: &Path) -> Vec<T> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("{} cannot be read: {error}", path.display());
                self.findings.add_error(Some(origin.clone()), self.key(name), message);
                return Vec::new();
            }
        };
        self.findings.secret_files.push((self.key(name), path.to_owned()));
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let values: Option<Vec<T>> = lines.map(T::parse).collect();
        values.filter(|values| !values.is_empty()).unwrap_or_else(|| {
            let message = format!("every line of {} must be {}", path.display(), T::EXPECTED);
            self.findings.add_error(Some(origin.clone()), self.key(name), message);
            Vec::new()
        })
    }

    /// Adds an error for every key that was not read: the code does not know it.
    pub(super) fn finish(self) {
        for (name, raw) in self.table {
            let known = self.findings.keys.iter().filter(|key| key.section == self.path);
            let known: BTreeSet<_> = known.map(|key| key.name).collect();
            let known = known.into_iter().collect::<Vec<_>>().join(", ");
            let message = match &raw.origin {
                Origin::Variable(_) => UNKNOWN_VARIABLE.to_owned(),
                Origin::File { .. } | Origin::Flag(_) | Origin::Preset => {
                    format!("unknown key; this section accepts {known}")
                }
            };
            self.findings.add_error(Some(raw.origin), format!("{}.{name}", self.path), message);
        }
    }

    /// The full name of a key.
    pub(super) fn key(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }

    fn take(&mut self, name: &str) -> Option<RawValue> {
        let raw = self.table.remove(name)?;
        self.findings.origins.insert(self.key(name), raw.origin.clone());
        Some(raw)
    }

    fn parse<T: Setting>(&mut self, name: &str, raw: &RawValue) -> Option<T> {
        let text = match (&raw.value, T::FORM) {
            (Value::Untyped(text), _) => Some(text.trim().to_owned()),
            (Value::Text(text), Form::Text) | (Value::Integer(text), Form::Integer) => Some(text.clone()),
            (Value::Boolean(value), Form::Boolean) => Some(value.to_string()),
            (
                Value::Text(_)
                | Value::Integer(_)
                | Value::Boolean(_)
                | Value::List(_)
                | Value::Tables(_)
                | Value::Unsupported,
                Form::Text | Form::Integer | Form::Boolean,
            ) => None,
        };
        let parsed = text.as_deref().and_then(T::parse);
        if parsed.is_none() {
            let mut message = format!("must be {}", T::EXPECTED);
            if let Some(text) = text.filter(|text| !T::IS_SECRET && text.len() <= 80) {
                // Writing to a String cannot fail.
                let _ = write!(message, ", not {text:?}");
            }
            self.findings.add_error(Some(raw.origin.clone()), self.key(name), message);
        }
        parsed
    }

    fn document(&mut self, name: &'static str, form: Form, default: Option<String>, meaning: &'static str) {
        let form = match form {
            Form::Text => "string",
            Form::Integer => "integer",
            Form::Boolean => "boolean",
        };
        self.document_as(name, form, default, meaning);
    }

    fn document_as(
        &mut self,
        name: &'static str,
        form: &'static str,
        default: Option<String>,
        meaning: &'static str,
    ) {
        let name_in_variable = name.strip_prefix(self.key_prefix).unwrap_or(name);
        let variable =
            format!("{VARIABLE_PREFIX}{}__{name_in_variable}", self.variable_prefix).to_ascii_uppercase();
        let section = self.path.clone();
        self.findings.keys.push(KeyDoc { section, name, variable, form, default, meaning });
    }
}
