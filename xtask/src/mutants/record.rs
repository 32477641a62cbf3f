//! What became of the mutants of each file when they were last tried. All of them take hours: a run of some files leaves
//! the others as they were.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
};

use serde::{Deserialize, Serialize};

use crate::run::Failure;

/// The mutants of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tried {
    /// When.
    pub(super) date: String,
    /// A test failed.
    pub(super) caught: usize,
    /// A test did not end.
    pub(super) timeouts: usize,
    /// The code did not compile.
    pub(super) unviable: usize,
    /// No test noticed.
    pub(super) missed: Vec<Missed>,
}

/// A mutant that no test noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Missed {
    /// What was changed.
    pub(super) mutant: String,
    /// Why that may be: written by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
}

impl Tried {
    /// No mutants yet.
    pub(super) fn on(date: &str) -> Self {
        Self { date: date.to_owned(), caught: 0, timeouts: 0, unviable: 0, missed: Vec::new() }
    }
}

impl Missed {
    pub(super) fn without_reason(mutant: &str) -> Self {
        Self { mutant: mutant.to_owned(), reason: None }
    }
}

/// By file.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record(BTreeMap<String, Tried>);

impl Record {
    /// Reads it; there is none at first.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            text => text.map_err(|error| format!("{}: {error}", path.display()))?,
        };
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        fs::write(path, text + "\n").map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Puts the results of these files in the place of those that they had. A mutant that is missed again keeps its reason.
    pub(super) fn replace(&mut self, tried: BTreeMap<String, Tried>) {
        for (file, mut tried) in tried {
            let before = self.0.remove(&file).map(|before| before.missed).unwrap_or_default();
            for missed in &mut tried.missed {
                let same = before.iter().find(|before| before.mutant == missed.mutant);
                missed.reason = same.and_then(|same| same.reason.clone());
            }
            self.0.insert(file, tried);
        }
    }

    /// Forgets the files that are not among these.
    pub(super) fn retain(&mut self, files: &BTreeSet<String>) {
        self.0.retain(|file, _| files.contains(file));
    }

    pub(super) fn files(&self) -> &BTreeMap<String, Tried> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missed(mutant: &str, reason: Option<&str>) -> Missed {
        Missed { mutant: mutant.to_owned(), reason: reason.map(ToOwned::to_owned) }
    }

    fn record(files: &[(&str, &[Missed])]) -> Record {
        let files = files.iter().map(|(file, missed)| {
            ((*file).to_owned(), Tried { missed: missed.to_vec(), ..Tried::on("2026-11-30") })
        });
        Record(files.collect())
    }

    #[test]
    fn a_file_that_is_tried_again_keeps_the_reasons() {
        let mut before = record(&[
            ("a.rs", &[missed("delete !", Some("as good")), missed("replace + with -", Some("gone"))]),
            ("b.rs", &[missed("delete !", Some("stays"))]),
        ]);
        let again = record(&[("a.rs", &[missed("delete !", None), missed("replace < with >", None)])]);
        before.replace(again.0);
        let expected = record(&[
            ("a.rs", &[missed("delete !", Some("as good")), missed("replace < with >", None)]),
            ("b.rs", &[missed("delete !", Some("stays"))]),
        ]);
        assert_eq!(before, expected);
    }

    #[test]
    fn files_that_are_gone_are_forgotten() {
        let mut before = record(&[("a.rs", &[]), ("b.rs", &[])]);
        before.retain(&BTreeSet::from(["b.rs".to_owned(), "c.rs".to_owned()]));
        assert_eq!(before, record(&[("b.rs", &[])]));
    }
}
