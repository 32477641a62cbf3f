//! What cargo-mutants tells about a run.

use std::{collections::BTreeMap, fs, path::Path};

use serde::Deserialize;

use super::record::{Missed, Tried};
use crate::run::Failure;

#[derive(Deserialize)]
struct Report {
    outcomes: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    scenario: Scenario,
    summary: Summary,
}

#[derive(Deserialize)]
enum Scenario {
    /// The code as it is.
    Baseline,
    Mutant(Mutant),
}

#[derive(Deserialize)]
struct Mutant {
    /// The place, then what is changed: `src/lib.rs:4:5: replace + with -`.
    name: String,
    file: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
enum Summary {
    Success,
    CaughtMutant,
    MissedMutant,
    Unviable,
    Failure,
    Timeout,
}

/// What became of the mutants of each file.
pub(super) fn read(path: &Path, date: &str) -> Result<BTreeMap<String, Tried>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    by_file(&text, date).map_err(|error| format!("{}: {error}", path.display()))
}

fn by_file(text: &str, date: &str) -> Result<BTreeMap<String, Tried>, Failure> {
    let Report { outcomes } = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut files: BTreeMap<String, Tried> = BTreeMap::new();
    for Outcome { scenario, summary } in outcomes {
        let Scenario::Mutant(mutant) = scenario else {
            if summary == Summary::Success {
                continue;
            }
            return Err("the tests fail without a mutant".to_owned());
        };
        let tried = files.entry(mutant.file).or_insert_with(|| Tried::on(date));
        match summary {
            Summary::CaughtMutant => tried.caught += 1,
            Summary::Timeout => tried.timeouts += 1,
            Summary::Unviable => tried.unviable += 1,
            Summary::MissedMutant => tried.missed.push(Missed::without_reason(change(&mutant.name))),
            Summary::Success | Summary::Failure => return Err(format!("no outcome of {}", mutant.name)),
        }
    }
    Ok(files)
}

/// What is changed, without the place, which moves with every line above it.
fn change(name: &str) -> &str {
    name.split_once(": ").map_or(name, |(_, change)| change)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn report(outcomes: &[Value]) -> String {
        json!({ "outcomes": outcomes, "caught": 1 }).to_string()
    }

    fn baseline(summary: &str) -> Value {
        json!({ "scenario": "Baseline", "summary": summary, "phase_results": [] })
    }

    fn mutant(file: &str, change: &str, summary: &str) -> Value {
        let name = format!("{file}:4:5: {change}");
        json!({ "scenario": { "Mutant": { "name": name, "file": file, "genre": "FnValue" } }, "summary": summary })
    }

    #[test]
    fn outcomes_are_counted_by_file() {
        let text = report(&[
            baseline("Success"),
            mutant("a.rs", "replace + with -", "CaughtMutant"),
            mutant("b.rs", "replace f with ()", "Timeout"),
            mutant("a.rs", "delete ! in f", "MissedMutant"),
            mutant("a.rs", "replace f -> X with Default::default()", "Unviable"),
        ]);
        let a = Tried {
            caught: 1,
            unviable: 1,
            missed: vec![Missed::without_reason("delete ! in f")],
            ..Tried::on("2026-11-30")
        };
        let b = Tried { timeouts: 1, ..Tried::on("2026-11-30") };
        let expected = BTreeMap::from([("a.rs".to_owned(), a), ("b.rs".to_owned(), b)]);
        assert_eq!(by_file(&text, "2026-11-30").unwrap(), expected);
    }

    #[test]
    fn tests_that_fail_by_themselves_prove_nothing() {
        let text = report(&[baseline("Failure")]);
        assert_eq!(by_file(&text, "2026-11-30").unwrap_err(), "the tests fail without a mutant");
    }
}
