//! Rules on files, ports and statements that a test can check.

use std::{collections::BTreeSet, fs, path::Path};

use architecture::{ports::Sources, root, sources, sql_text, without_tests};

/// How many lines of code a file may have, not counting its own tests.
const LONGEST_FILE: usize = 400;

const SOURCE_FOLDERS: &[&str] = &["crates", "migrations", "tests", "xtask", "benches"];

/// Public traits of the domain that are no ports, and why.
const NO_PORTS: &[(&str, &str)] =
    &[("Recovery", "implemented by the errors of the domain itself: there is no adapter to hold to it")];

/// The files that handle statements as text. To set a database up takes statements that no builder has: `PRAGMA`,
/// `SET`, `GET_LOCK`, and the question which migrations were applied. So does the test that asks for plans:
/// `EXPLAIN`. And `connections.rs` passes on what others have built.
const TEXT_FILES: &[&str] =
    &["checkpoints.rs", "connections.rs", "migrating.rs", "mysql.rs", "plans/explain.rs"];

/// Where statements are written.
const PERSISTENCE: &str = "crates/persistence/src";

fn every_source() -> Vec<(std::path::PathBuf, String)> {
    SOURCE_FOLDERS.iter().flat_map(|folder| sources(&root().join(folder))).collect()
}

/// Whether the file is a crate's test; the crates below `tests/` are code like any other.
fn is_test(path: &Path) -> bool {
    path.strip_prefix(root()).is_ok_and(|path| path.iter().skip(1).any(|part| part == "tests"))
}

#[test]
fn no_file_is_too_long() {
    for (path, text) in every_source().into_iter().filter(|(path, _)| !is_test(path)) {
        let lines = without_tests(&text).lines().count();
        assert!(lines <= LONGEST_FILE, "{} has {lines} lines of code: split it", path.display());
    }
}

#[test]
fn nothing_is_left_open() {
    // Written in two parts, so that this file does not find itself.
    let marks = [
        ["to", "do!("],
        ["unimpl", "emented!("],
        ["FIX", "ME"],
        ["#[ig", "nore"],
        ["#[all", "ow("],
        ["dbg", "!("],
    ];
    for (path, text) in every_source() {
        for mark in marks.map(|parts| parts.concat()) {
            assert!(!text.contains(&mark), "{} contains {mark}", path.display());
        }
    }
}

#[test]
fn files_and_folders_have_names_that_say_something() {
    let vague: BTreeSet<_> = ["utils", "util", "helpers", "helper", "common", "misc", "manager"].into();
    for (path, _) in every_source() {
        let parts = path.iter().filter_map(|part| Path::new(part).file_stem()?.to_str());
        let found: Vec<_> = parts.filter(|part| vague.contains(part)).collect();
        assert!(found.is_empty(), "{} is named {found:?}", path.display());
    }
}

#[test]
fn every_port_has_a_suite() {
    let no_ports: Vec<_> = NO_PORTS.iter().map(|(name, _)| *name).collect();
    let complaints = Sources::read().complaints(&no_ports);
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn statements_are_built_and_not_written_as_text() {
    for (path, text) in sources(&root().join(PERSISTENCE)) {
        let is_exempt = TEXT_FILES.iter().any(|file| path == root().join(PERSISTENCE).join(file));
        let places = sql_text::places(&text);
        assert!(is_exempt || places.is_empty(), "{} handles a statement as text: {places:?}", path.display());
    }
}

#[test]
fn lists_name_only_what_there_is() {
    for folder in SOURCE_FOLDERS {
        assert!(!sources(&root().join(folder)).is_empty(), "{folder} has no sources");
    }
    let sources = Sources::read();
    for (name, _) in NO_PORTS {
        assert!(sources.traits().contains_key(*name), "the domain has no trait {name}");
        let complaints = sources.complaints(&[]);
        assert!(complaints.contains(&format!("{name} has no suite")), "{name} has a suite like a port");
    }
    for file in TEXT_FILES {
        let text = fs::read_to_string(root().join(PERSISTENCE).join(file)).unwrap_or_default();
        assert!(!sql_text::places(&text).is_empty(), "{file} needs no exception");
    }
}
