//! The house's order, as far as a machine can see it.

use std::{collections::BTreeSet, fs, path::Path};

use architecture::{root, sources, without_tests};

/// Lines of code that is not a test, beyond which a file is two things in one room.
const LONGEST_FILE: usize = 400;

const SOURCE_FOLDERS: &[&str] = &["crates", "migrations", "tests", "xtask", "benches"];

/// Every port, where its suite stands, and by what it is recognised there: a repository is reached
/// through the store, so its suite names the way to it.
const SUITES: &[(&str, &str, &str)] = &[
    ("Clock", "crates/server/src/clock.rs", "Clock"),
    ("CodeExchange", "tests/contract/src/code_exchange.rs", "CodeExchange"),
    ("Events", "tests/contract/src/store/events.rs", "events()"),
    ("Identities", "tests/contract/src/store/identities.rs", "identities()"),
    ("Ids", "crates/crypto/tests", "Ids"),
    ("KeyRings", "tests/contract/src/store/key_rings.rs", "key_rings()"),
    ("LoginAttempts", "tests/contract/src/store/login_attempts.rs", "login_attempts()"),
    ("OpenData", "crates/crypto/tests", "OpenData"),
    ("Repositories", "tests/contract/src/store/unit_of_work.rs", "dyn Store"),
    ("Sealer", "crates/crypto/tests", "Sealer"),
    ("Sessions", "tests/contract/src/store/sessions.rs", "sessions()"),
    ("Store", "tests/contract/src/store/unit_of_work.rs", "dyn Store"),
    ("Tokens", "crates/crypto/tests", "Tokens"),
    ("UnitOfWork", "tests/contract/src/store/unit_of_work.rs", "begin()"),
    ("Users", "tests/contract/src/store/users.rs", "users()"),
];

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
fn rooms_have_names_that_say_something() {
    let vague: BTreeSet<_> = ["utils", "util", "helpers", "helper", "common", "misc", "manager"].into();
    for (path, _) in every_source() {
        let parts = path.iter().filter_map(|part| Path::new(part).file_stem()?.to_str());
        let found: Vec<_> = parts.filter(|part| vague.contains(part)).collect();
        assert!(found.is_empty(), "{} is named {found:?}", path.display());
    }
}

#[test]
fn every_port_has_a_suite() {
    let mut ports = BTreeSet::new();
    for (_, text) in sources(&root().join("crates/domain/src")) {
        let named = text.lines().filter_map(|line| line.strip_prefix("pub trait "));
        ports.extend(named.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric()).collect::<String>()));
    }
    let listed: BTreeSet<_> = SUITES.iter().map(|(port, ..)| (*port).to_owned()).collect();
    assert_eq!(ports, listed, "ports in the domain, and ports with a suite");
    for (port, suite, sign) in SUITES {
        let path = root().join(suite);
        let text = if path.is_dir() {
            sources(&path).into_iter().map(|(_, text)| text).collect()
        } else {
            fs::read_to_string(&path).unwrap_or_default()
        };
        assert!(text.contains(sign), "{suite} does not test {port}");
    }
}
