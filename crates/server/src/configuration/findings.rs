//! What reading yields besides the values: errors, and the keys that were read.

use std::{collections::BTreeMap, path::PathBuf};

use super::error::{ConfigError, Origin};

/// A key that the code reads, as the reference documents it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyDoc {
    pub(super) section: String,
    pub(super) name: &'static str,
    pub(super) variable: String,
    pub(super) form: &'static str,
    pub(super) default: Option<String>,
    pub(super) meaning: &'static str,
}

/// What reading yields besides the values.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) errors: Vec<ConfigError>,
    /// Every key that was read, set or not.
    pub(super) keys: Vec<KeyDoc>,
    /// The source of every key that is set.
    pub(super) origins: BTreeMap<String, Origin>,
    /// The files that secrets were read from, each with the key that names it.
    pub(super) secret_files: Vec<(String, PathBuf)>,
    /// The ids in each list, in order, each with its key. Items with other errors count, too.
    pub(super) ids: BTreeMap<String, Vec<(String, String)>>,
}

impl Findings {
    pub(super) fn add_error(
        &mut self,
        origin: Option<Origin>,
        key: impl Into<String>,
        message: impl Into<String>,
    ) {
        self.errors.push(ConfigError { origin, key: key.into(), message: message.into() });
    }

    /// Adds an error about the value of `key`, with its source, unless the key has an error already.
    pub(super) fn reject(&mut self, key: &str, message: impl Into<String>) {
        if !self.errors.iter().any(|error| error.key == key) {
            self.add_error(self.origins.get(key).cloned(), key, message);
        }
    }

    /// Records an id of an item of `list`. Adds an error if another item has it.
    pub(super) fn add_id(&mut self, list: &str, key: &str, id: String) {
        let ids = self.ids.entry(list.to_owned()).or_default();
        let first = ids.iter().find(|(_, other)| *other == id).map(|(key, _)| key.clone());
        let message = first.map(|first| format!("{id} is listed twice: it is {first}, too"));
        ids.push((key.to_owned(), id));
        if let Some(message) = message {
            self.reject(key, message);
        }
    }

    /// The ids in `list`, in order, each with its key.
    pub(super) fn ids_in(&self, list: &str) -> Vec<(String, String)> {
        self.ids.get(list).cloned().unwrap_or_default()
    }

    /// Whether a key whose name begins with `prefix` has an error.
    pub(super) fn has_error_in(&self, prefix: &str) -> bool {
        self.errors.iter().any(|error| error.key.starts_with(prefix))
    }
}
