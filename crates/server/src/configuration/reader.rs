//! Reading typed values and noting everything that is wrong on the way.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    flaw::{Flaw, Origin},
    setting::{Form, Positive, Setting},
    sources::{Sources, VARIABLE_PREFIX},
    written::{Table, Tables, Value, Written},
};

/// The section that the variables of a single app are written under.
const APP: &str = "app";

/// A key that was asked for. The reading code is the list of all keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) section: String,
    pub(super) name: &'static str,
    pub(super) variable: String,
    pub(super) form: &'static str,
    pub(super) default: Option<String>,
    pub(super) meaning: &'static str,
}

/// What was noticed while reading.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) flaws: Vec<Flaw>,
    pub(super) asked: Vec<Asked>,
    /// Where each key got its value, if it got one.
    pub(super) origins: BTreeMap<String, Origin>,
}

impl Findings {
    pub(super) fn add(&mut self, origin: Option<Origin>, key: impl Into<String>, message: impl Into<String>) {
        self.flaws.push(Flaw { origin, key: key.into(), message: message.into() });
    }

    /// Says what is wrong with a key's value, where that was written, unless the key has a flaw already.
    pub(super) fn object(&mut self, key: &str, message: impl Into<String>) {
        if !self.flaws.iter().any(|flaw| flaw.key == key) {
            self.add(self.origins.get(key).cloned(), key, message);
        }
    }
}

/// All sources, merged section by section.
pub(super) struct Reader {
    tables: Tables,
    /// Options and variables.
    above: BTreeMap<String, Table>,
    presets: BTreeMap<String, Table>,
    broken_lines: BTreeSet<usize>,
    pub(super) findings: Findings,
}

impl Reader {
    pub(super) fn new(sources: &Sources) -> Self {
        let mut reader = Self {
            tables: Tables::default(),
            above: BTreeMap::new(),
            presets: BTreeMap::new(),
            broken_lines: BTreeSet::new(),
            findings: Findings::default(),
        };
        if let Some(file) = &sources.file {
            let parsed = file.parse();
            reader.tables = parsed.tables;
            reader.broken_lines = parsed.broken_lines;
            reader.findings.flaws = parsed.flaws;
        }
        for (key, value) in &sources.presets {
            put(&mut reader.presets, key, value, &Origin::Preset);
        }
        for (name, value) in &sources.variables {
            let origin = Origin::Variable(name.clone());
            let key = name.strip_prefix(VARIABLE_PREFIX).and_then(|rest| rest.split_once("__"));
            match key {
                Some((section, name)) => {
                    let key = format!("{section}.{name}").to_ascii_lowercase();
                    put(&mut reader.above, &key, value, &origin);
                }
                None => reader.findings.add(Some(origin), "", UNKNOWN_VARIABLE),
            }
        }
        for (key, value, flag) in &sources.flags {
            put(&mut reader.above, key, value, &Origin::Flag(flag));
        }
        reader
    }

    /// The section of this name, from all sources.
    pub(super) fn section(&mut self, name: &'static str) -> Section<'_> {
        let mut table = self.presets.remove(name).unwrap_or_default();
        table.extend(self.tables.sections.remove(name).map(|(_, table)| table).unwrap_or_default());
        table.extend(self.above.remove(name).unwrap_or_default());
        Section { path: name.to_owned(), variables: name, table, findings: &mut self.findings }
    }

    /// Every app of the file, with what the variables say of a single one laid over it. Presets count
    /// only where nothing else names an app.
    pub(super) fn apps(&mut self) -> Vec<(Option<Origin>, Table)> {
        let above = self.above.remove(APP).unwrap_or_default();
        let presets = self.presets.remove(APP).unwrap_or_default();
        let mut apps: Vec<_> =
            std::mem::take(&mut self.tables.apps).into_iter().map(|(at, app)| (Some(at), app)).collect();
        match (apps.len(), above.values().next()) {
            (0, None) if presets.is_empty() => {}
            (0, _) => {
                let mut table = presets;
                table.extend(above);
                apps.push((None, table));
            }
            (1, _) => apps[0].1.extend(above),
            (_, None) => {}
            (count, Some(first)) => {
                let message = format!("is for a single app, but the file lists {count}");
                self.findings.add(Some(first.origin.clone()), "apps", message);
            }
        }
        apps
    }

    /// Everything that was noticed, what nobody asked for included.
    pub(super) fn finish(mut self) -> Findings {
        for (name, (origin, _)) in self.tables.sections {
            self.findings.add(Some(origin), name, "is not a section that is known");
        }
        for written in self.above.into_values().flat_map(Table::into_values) {
            self.findings.add(Some(written.origin), "", UNKNOWN_VARIABLE);
        }
        let is_consequence = |flaw: &Flaw| match &flaw.origin {
            Some(Origin::File { line, .. }) => {
                self.broken_lines.contains(line) && !flaw.message.starts_with("is not TOML")
            }
            Some(Origin::Variable(_) | Origin::Flag(_) | Origin::Preset) | None => false,
        };
        self.findings.flaws.retain(|flaw| !is_consequence(flaw));
        self.findings
    }
}

const UNKNOWN_VARIABLE: &str = "is not a variable that is known: they are written YAOSHI_<SECTION>__<KEY> (see `yaoshi config reference`)";

fn put(tables: &mut BTreeMap<String, Table>, key: &str, value: &str, origin: &Origin) {
    let (section, name) = key.split_once('.').unwrap_or((key, ""));
    let written = Written { value: Value::Loose(value.to_owned()), origin: origin.clone() };
    tables.entry(section.to_owned()).or_default().insert(name.to_owned(), written);
}

/// One section under reading. Every key is asked for once, with its default and its meaning.
pub(super) struct Section<'a> {
    path: String,
    /// The section's name in variables.
    variables: &'static str,
    table: Table,
    pub(super) findings: &'a mut Findings,
}

impl<'a> Section<'a> {
    /// One app, whose keys are named `app_…` in a file and without that in variables.
    pub(super) fn app(path: String, table: Table, findings: &'a mut Findings) -> Self {
        Self { path, variables: APP, table, findings }
    }

    /// The value of a key, or its default.
    pub(super) fn value<T: Setting>(&mut self, name: &'static str, default: T, meaning: &'static str) -> T {
        self.ask(name, T::FORM, Some(default.show()), meaning);
        self.take(name).and_then(|written| self.parse(name, &written)).unwrap_or(default)
    }

    /// The value of a key that takes a duration longer than zero.
    pub(super) fn duration(
        &mut self,
        name: &'static str,
        default: Duration,
        meaning: &'static str,
    ) -> Duration {
        self.value(name, Positive(default), meaning).0
    }

    /// The value of a key that may be left out.
    pub(super) fn optional<T: Setting>(&mut self, name: &'static str, meaning: &'static str) -> Option<T> {
        self.ask(name, T::FORM, None, meaning);
        self.take(name).and_then(|written| self.parse(name, &written))
    }

    /// The values of a key that takes a list; empty where it is left out.
    pub(super) fn list<T: Setting>(&mut self, name: &'static str, meaning: &'static str) -> Vec<T> {
        self.ask_for_form(name, "list of strings", Some("[]".to_owned()), meaning);
        let Some(written) = self.take(name) else { return Vec::new() };
        let items = match written.value {
            Value::List(items) => items,
            Value::Loose(text) => text
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| Written { value: Value::Loose(item.to_owned()), origin: written.origin.clone() })
                .collect(),
            Value::Text(_) | Value::Integer(_) | Value::Boolean(_) | Value::Other => {
                let message = format!("must be a list, each of it {}", T::EXPECTED);
                self.findings.add(Some(written.origin), self.key(name), message);
                return Vec::new();
            }
        };
        items.iter().filter_map(|item| self.parse(name, item)).collect()
    }

    /// The value of a key, or of the file that a second key names. Where both are set, the one set with
    /// more weight counts: a variable outweighs the file.
    pub(super) fn value_or_file<T: Setting>(
        &mut self,
        (name, default, meaning): (&'static str, Option<&T>, &'static str),
        (file_name, file_meaning): (&'static str, &'static str),
    ) -> Option<T> {
        self.ask(name, T::FORM, default.map(T::show), meaning);
        self.ask(file_name, Form::Text, None, file_meaning);
        match (self.take(name), self.take(file_name)) {
            (None, None) => None,
            (Some(value), Some(file)) if value.origin.weight() == file.origin.weight() => {
                let message = format!("is set beside {name}: only one of them can count");
                self.findings.add(Some(file.origin), self.key(file_name), message);
                None
            }
            (Some(value), file)
                if file.as_ref().is_none_or(|file| file.origin.weight() < value.origin.weight()) =>
            {
                self.parse(name, &value)
            }
            (_, file) => {
                let file = file?;
                let path = self.parse::<PathBuf>(file_name, &file)?;
                self.lines_of(file_name, &file.origin, &path).into_iter().next()
            }
        }
    }

    /// The values in the files that a key lists, one a line.
    pub(super) fn list_in_files<T: Setting>(&mut self, name: &'static str, meaning: &'static str) -> Vec<T> {
        let paths: Vec<PathBuf> = self.list(name, meaning);
        let origin = self.findings.origins.get(&self.key(name)).cloned();
        paths
            .iter()
            .flat_map(|path| self.lines_of(name, origin.as_ref().unwrap_or(&Origin::Preset), path))
            .collect()
    }

    fn lines_of<T: Setting>(&mut self, name: &str, origin: &Origin, path: &Path) -> Vec<T> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("{} cannot be read: {error}", path.display());
                self.findings.add(Some(origin.clone()), self.key(name), message);
                return Vec::new();
            }
        };
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let values: Option<Vec<T>> = lines.map(T::parse).collect();
        values.filter(|values| !values.is_empty()).unwrap_or_else(|| {
            let message = format!("every line of {} must be {}", path.display(), T::EXPECTED);
            self.findings.add(Some(origin.clone()), self.key(name), message);
            Vec::new()
        })
    }

    /// Ends the reading: what is left was never asked for.
    pub(super) fn finish(self) {
        for (name, written) in self.table {
            let known = self.findings.asked.iter().filter(|asked| asked.section == self.path);
            let known: BTreeSet<_> = known.map(|asked| asked.name).collect();
            let known = known.into_iter().collect::<Vec<_>>().join(", ");
            let message = match &written.origin {
                Origin::Variable(_) => UNKNOWN_VARIABLE.to_owned(),
                Origin::File { .. } | Origin::Flag(_) | Origin::Preset => {
                    format!("is not a key that is known; this section takes {known}")
                }
            };
            self.findings.add(Some(written.origin), format!("{}.{name}", self.path), message);
        }
    }

    /// The key's full name.
    pub(super) fn key(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }

    fn take(&mut self, name: &str) -> Option<Written> {
        let written = self.table.remove(name)?;
        self.findings.origins.insert(self.key(name), written.origin.clone());
        Some(written)
    }

    fn parse<T: Setting>(&mut self, name: &str, written: &Written) -> Option<T> {
        let text = match (&written.value, T::FORM) {
            (Value::Loose(text), _) => Some(text.trim().to_owned()),
            (Value::Text(text), Form::Text) | (Value::Integer(text), Form::Integer) => Some(text.clone()),
            (Value::Boolean(value), Form::Boolean) => Some(value.to_string()),
            (
                Value::Text(_) | Value::Integer(_) | Value::Boolean(_) | Value::List(_) | Value::Other,
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
            self.findings.add(Some(written.origin.clone()), self.key(name), message);
        }
        parsed
    }

    fn ask(&mut self, name: &'static str, form: Form, default: Option<String>, meaning: &'static str) {
        let form = match form {
            Form::Text => "string",
            Form::Integer => "integer",
            Form::Boolean => "boolean",
        };
        self.ask_for_form(name, form, default, meaning);
    }

    fn ask_for_form(
        &mut self,
        name: &'static str,
        form: &'static str,
        default: Option<String>,
        meaning: &'static str,
    ) {
        let name_in_variable = name.strip_prefix("app_").unwrap_or(name);
        let variable =
            format!("{VARIABLE_PREFIX}{}__{name_in_variable}", self.variables).to_ascii_uppercase();
        let section = self.path.clone();
        self.findings.asked.push(Asked { section, name, variable, form, default, meaning });
    }
}
