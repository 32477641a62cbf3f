//! The results as a table and as a page.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use super::{
    parts::PARTS,
    record::{Record, Tried},
};
use crate::run::Failure;

/// How many of a hundred mutants have to be noticed, in each part.
const LEAST_CAUGHT: usize = 90;

/// How many complaints are printed.
const MOST_COMPLAINTS: usize = 20;

/// What became of the mutants of some files.
#[derive(Default)]
struct Sum {
    caught: usize,
    timeouts: usize,
    missed: usize,
}

impl Sum {
    fn of<'a>(tried: impl Iterator<Item = &'a Tried>) -> Self {
        tried.fold(Self::default(), |sum, tried| Self {
            caught: sum.caught + tried.caught,
            timeouts: sum.timeouts + tried.timeouts,
            missed: sum.missed + tried.missed.len(),
        })
    }

    /// Those that compile.
    fn viable(&self) -> usize {
        self.noticed() + self.missed
    }

    /// A test failed, or waited for ever.
    fn noticed(&self) -> usize {
        self.caught + self.timeouts
    }

    fn is_enough(&self) -> bool {
        100 * self.noticed() >= LEAST_CAUGHT * self.viable()
    }

    /// In percent, with one digit, rounded down: 100 is all.
    fn share(&self) -> String {
        let thousandths = 1_000 * self.noticed() / self.viable().max(1);
        format!("{}.{} %", thousandths / 10, thousandths % 10)
    }
}

/// The parts that have results, each with their sum.
fn parts(files: &BTreeMap<String, Tried>) -> Vec<(&'static str, Sum)> {
    let sums = PARTS.iter().map(|part| {
        let of_part = files.iter().filter(|(file, _)| part.contains(file));
        (part.name, Sum::of(of_part.map(|(_, tried)| tried)))
    });
    sums.filter(|(_, sum)| sum.viable() > 0).collect()
}

/// The table in Markdown.
pub(super) fn table(files: &BTreeMap<String, Tried>) -> String {
    let mut table = "| part | mutants | caught | caught by a timeout | missed | share caught |\n\
                     | --- | ---: | ---: | ---: | ---: | ---: |\n"
        .to_owned();
    for (name, sum) in parts(files) {
        let Sum { caught, timeouts, missed, .. } = sum;
        let (viable, share) = (sum.viable(), sum.share());
        // Writing to a text cannot fail.
        let _ = writeln!(table, "| {name} | {viable} | {caught} | {timeouts} | {missed} | {share} |");
    }
    table
}

/// The page with the table, and with the mutants that were missed.
pub(super) fn page(record: &Record, all: &BTreeSet<String>) -> String {
    let files = record.files();
    let mut page = format!(
        "# Mutants

Made by `cargo xtask mutants`. [cargo-mutants](https://mutants.rs) changes the code in one place: it turns a comparison
around, deletes a `!`, or has a function return a constant. Then the tests of the crate run, and those of the ports that
it implements. A mutant is **caught** if one of them fails, or does not end; it is **missed** if none notices. Mutants
that do not compile do not count.

{}",
        table(files)
    );
    let untried = all.iter().filter(|file| !files.contains_key(*file)).count();
    if untried > 0 {
        let _ = writeln!(page, "\nOf {} files, {untried} were not tried yet.", all.len());
    }
    let missed = files.iter().filter(|(_, tried)| !tried.missed.is_empty());
    let missed: Vec<_> = missed.collect();
    if !missed.is_empty() {
        page.push_str("\n## Missed, and why\n");
    }
    for (file, tried) in missed {
        let _ = writeln!(page, "\n`{file}`, tried on {}:\n", tried.date);
        for missed in &tried.missed {
            let reason = missed.reason.as_deref().unwrap_or("**no reason given**");
            let _ = writeln!(page, "- `{}`: {reason}", missed.mutant);
        }
    }
    page
}

/// What falls short; `None` for nothing.
pub(super) fn complaints(record: &Record) -> Option<Failure> {
    let files = record.files();
    let short = parts(files).into_iter().filter(|(_, sum)| !sum.is_enough());
    let short = short.map(|(name, sum)| format!("{name}: {} caught, and not {LEAST_CAUGHT} %", sum.share()));
    let unexplained = files.iter().flat_map(|(file, tried)| {
        let without = tried.missed.iter().filter(|missed| missed.reason.is_none());
        without.map(move |missed| format!("{file}: missed without a reason: {}", missed.mutant))
    });
    let complaints: Vec<_> = short.chain(unexplained).take(MOST_COMPLAINTS).collect();
    (!complaints.is_empty()).then(|| complaints.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutants::record::Missed;

    fn record(caught: usize, missed: &[Missed]) -> Record {
        let tried =
            Tried { caught, timeouts: 1, unviable: 7, missed: missed.to_vec(), ..Tried::on("2026-11-30") };
        let mut record = Record::default();
        record.replace([("crates/domain/src/text.rs".to_owned(), tried)].into());
        record
    }

    fn missed(mutant: &str) -> Missed {
        Missed::without_reason(mutant)
    }

    #[test]
    fn the_table_counts_what_compiles() {
        let table = table(record(8, &[missed("delete !")]).files());
        let row = table.lines().last().unwrap();
        assert_eq!(row, "| the domain | 10 | 8 | 1 | 1 | 90.0 % |");
    }

    #[test]
    fn what_is_missed_needs_a_reason() {
        let unexplained = record(8, &[missed("delete !")]);
        let complaint = "crates/domain/src/text.rs: missed without a reason: delete !";
        assert_eq!(complaints(&unexplained).unwrap(), complaint);
        assert!(page(&unexplained, &BTreeSet::new()).ends_with("- `delete !`: **no reason given**\n"));
        assert_eq!(complaints(&record(8, &[])), None);
    }

    #[test]
    fn the_page_tells_of_files_that_were_not_tried() {
        let all = ["crates/domain/src/text.rs", "crates/domain/src/ids.rs"].map(ToOwned::to_owned).into();
        assert!(page(&record(8, &[]), &all).ends_with("\nOf 2 files, 1 were not tried yet.\n"));
    }

    #[test]
    fn too_few_caught_fall_short() {
        let complaints = complaints(&record(7, &[missed("delete !")])).unwrap();
        assert!(complaints.starts_with("the domain: 88.8 % caught, and not 90 %\n"), "{complaints}");
    }
}
