//! The results as a table and as a page.

use std::fmt::Write;

use super::{Target, stats::Stats};
use crate::run::Failure;

/// What became of a target.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) target: Target,
    pub(super) stats: Stats,
    /// False where something was found.
    pub(super) has_passed: bool,
}

/// The table in Markdown.
pub(super) fn table(rows: &[Row]) -> String {
    let mut table = "| target | what it does | executions | edges | findings |\n".to_owned();
    table.push_str("| --- | --- | ---: | ---: | ---: |\n");
    for Row { target, stats, has_passed } in rows {
        let findings = if *has_passed { "0" } else { "**1**" };
        let (executions, edges) = (grouped(stats.executions), grouped(stats.edges));
        // Writing to a text cannot fail.
        let _ = writeln!(
            table,
            "| `{}` | {} | {executions} | {edges} | {findings} |",
            target.name,
            target.does.replace('|', "\\|"),
        );
    }
    table
}

/// The page with the table.
pub(super) fn page(table: &str, minutes: u64, here_and_now: &str) -> String {
    format!(
        "# Fuzzing

Made by `cargo xtask fuzz`, which is run before each release. [libFuzzer](https://llvm.org/docs/LibFuzzer.html) makes up
inputs for every reader of foreign input, guided by which code they reach, and looks for one on which the reader panics,
hangs, takes too much memory or breaks a promise: what is accepted is within its limits and is read again as itself, no
secret is in an answer or in a log, the server never answers with an error of its own.

- **executions**: how many inputs were tried.
- **edges**: how many branches of the program, its dependencies included, some input has taken.
- **findings**: inputs on which the target failed. A target ends at its first one.

Each target ran for {minutes} minutes in one process, without the address sanitizer: our crates contain no `unsafe` code.
The inputs that reach most are in `fuzz/corpus`, and the next run begins with them.

Machine and date: {here_and_now}.

{table}"
    )
}

/// What was found, and how to see it again; `None` for nothing.
pub(super) fn findings(rows: &[Row]) -> Option<Failure> {
    let found: Vec<_> = rows.iter().filter(|row| !row.has_passed).map(finding).collect();
    (!found.is_empty()).then(|| found.join("\n"))
}

fn finding(Row { target: Target { name, .. }, stats, .. }: &Row) -> String {
    match &stats.artifact {
        Some(artifact) => {
            let artifact = artifact.display();
            format!(
                "{name} fails on {artifact}; again: cargo +nightly fuzz run --sanitizer none {name} {artifact}"
            )
        }
        None => format!("{name} failed without an input; again: cargo xtask fuzz --target {name}"),
    }
}

/// A number with its digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in (0..digits.len()).rev().zip(digits.chars()) {
        grouped.push(digit);
        if place > 0 && place % 3 == 0 {
            grouped.push(',');
        }
    }
    grouped
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn row(name: &str, artifact: Option<&str>) -> Row {
        let artifact = artifact.map(PathBuf::from);
        let has_passed = artifact.is_none();
        let target = Target { name: name.to_owned(), does: "Reads a | b".to_owned() };
        Row { target, stats: Stats { executions: 1_234_567, edges: 812, artifact }, has_passed }
    }

    #[test]
    fn the_table_has_a_row_for_each_target() {
        let table = table(&[row("push", None), row("tokens", Some("fuzz/artifacts/tokens/crash-0a"))]);
        let rows: Vec<_> = table.lines().skip(2).collect();
        assert_eq!(
            rows,
            [
                "| `push` | Reads a \\| b | 1,234,567 | 812 | 0 |",
                "| `tokens` | Reads a \\| b | 1,234,567 | 812 | **1** |",
            ]
        );
    }

    #[test]
    fn a_finding_can_be_repeated() {
        assert_eq!(findings(&[row("push", None)]), None);
        let found = findings(&[row("push", None), row("tokens", Some("fuzz/artifacts/tokens/crash-0a"))]);
        let again = "cargo +nightly fuzz run --sanitizer none tokens fuzz/artifacts/tokens/crash-0a";
        assert!(found.unwrap().ends_with(again));
    }

    #[test]
    fn digits_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(grouped(number), text);
        }
    }
}
