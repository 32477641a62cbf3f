//! The table, and the page with it.

use std::fmt::Write;

use super::{
    quantity::{self, Quantity},
    run::Run,
    trend::Rule,
};

/// A line for each quantity and database.
pub(super) fn table(runs: &[Run]) -> String {
    let mut table = "| | database | after a third | at the end | change | allowed | flat |\n\
                     | --- | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    let judged: Vec<_> = runs.iter().map(|run| (run, quantity::of(run))).collect();
    let mut names: Vec<&str> = Vec::new();
    for quantity in judged.iter().flat_map(|(_, quantities)| quantities) {
        if !names.contains(&&*quantity.name) {
            names.push(&quantity.name);
        }
    }
    for name in names {
        for (run, quantities) in &judged {
            if let Some(quantity) = quantities.iter().find(|quantity| quantity.name == name) {
                let _ = writeln!(table, "{}", line(&run.database, quantity));
            }
        }
    }
    table
}

fn line(database: &str, quantity: &Quantity) -> String {
    let Quantity { name, rule, trend, .. } = quantity;
    let Some(trend) = trend else {
        return format!("| {name} | {database} | – | – | – | {} | too few samples |", allowed(*rule));
    };
    let change = match rule {
        Rule::Absolute(_) => format!("{:+.1} ± {:.1}", trend.change(), trend.error),
        Rule::Share(_) | Rule::Either(..) | Rule::Grows => {
            let [change, error] = [trend.change(), trend.error].map(|of| 100.0 * trend.share(of));
            format!("{change:+.1} % ± {error:.1} %")
        }
    };
    let verdict = match quantity.is_flat() {
        Some(true) => "yes",
        Some(false) => "**no**",
        None => "grows by design",
    };
    let (start, end) = (number(trend.start), number(trend.end));
    format!("| {name} | {database} | {start} | {end} | {change} | {} | {verdict} |", allowed(*rule))
}

fn allowed(rule: Rule) -> String {
    match rule {
        Rule::Share(share) => format!("{:.0} %", 100.0 * share),
        Rule::Absolute(most) => format!("{most:.0}"),
        Rule::Either(share, most) => format!("{:.0} %, or {most:.0}", 100.0 * share),
        Rule::Grows => "–".to_owned(),
    }
}

/// As many digits as say something.
fn number(value: f64) -> String {
    // A line that fits zeros may end a little below zero.
    let value = if value.abs() < 0.05 { 0.0 } else { value };
    if value.abs() < 100.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}

/// What is not flat, one after the other.
pub(super) fn failures(runs: &[Run]) -> Vec<String> {
    let failing = |run: &Run| {
        let failing = quantity::of(run).into_iter().filter(|quantity| quantity.is_flat() == Some(false));
        failing.map(|quantity| format!("{}, {}", quantity.name, run.database)).collect::<Vec<_>>()
    };
    runs.iter().flat_map(failing).collect()
}

/// The page for `docs/soak.md`.
pub(super) fn page(runs: &[Run]) -> String {
    let mut page = String::from(
        "# Soak\n\n\
         Made by `cargo xtask soak`. A mixed load runs at half of the highest rate that the server takes, for long, while the \
         server is watched. The highest rate is found on a database of its own, with a past as below, so that rows are \
         swept then, too. Of a hundred steps, 52 check sessions, 18 log in, 8 read or edit profiles, 8 register (two of \
         them by phone), 8 erase accounts, 3 have a payment signed, and one each is a logout, a push from WeChat, and a login \
         with a wrong code. WeChat takes 20 ms for an exchange. Steps have fixed times, and latency counts from these, so \
         that a wait in a queue counts, too.\n\n\
         The first third of the run is the warm-up. A straight line is fitted to the rest, by least squares. A quantity is \
         **flat** if the line changes less than the column *allowed* says, a share of the mean or a number, or less than \
         twice its standard error, which stands beside it: the points scatter, and so much may be chance.\n\n\
         Some rows are kept for a day or longer. So each database begins with a past: as many old rows as the run will \
         add, which are due to be swept while it runs. Of `users` no row is ever removed, because nobody may get the id of \
         an erased user; it is the only table that grows. The cache holds 20,000 sessions, fewer than a run opens. MySQL's \
         buffer pool and redo log are 1 GiB each. Load, WeChat, server and database share the machine.\n\n",
    );
    for run in runs {
        let Run { database, machine, date, seconds, best_rate, rate, .. } = run;
        let minutes = number(seconds / 60.0);
        let _ = writeln!(
            page,
            "- {database}: {minutes} minutes at {rate:.0} steps a second, of {best_rate:.0} at most. {machine} {date}."
        );
    }
    page.push('\n');
    page.push_str(&table(runs));
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soak::sample::{Sample, Stored};

    /// Ten minutes, of which each sample counts `rows` rows.
    fn run(rows: impl Fn(f64) -> f64) -> Run {
        let sample = |at: f64| Sample {
            at,
            resident: 50.0 * 1_024.0 * 1_024.0,
            descriptors: 80.0,
            rate: 500.0,
            median: 1.5,
            p99: 40.0,
            ..Sample::default()
        };
        let stored = |at: f64| Stored { at, rows: [("events".to_owned(), rows(at))].into(), bytes: 1e8 };
        let moments = || (1..=60_u32).map(|number| f64::from(number) * 10.0);
        Run {
            database: "SQLite".to_owned(),
            seconds: 600.0,
            samples: moments().map(sample).collect(),
            stored: moments().map(stored).collect(),
            ..Run::default()
        }
    }

    #[test]
    fn a_table_that_grows_is_named() {
        assert!(failures(&[run(|_| 1_000.0)]).is_empty());
        assert_eq!(failures(&[run(|at| 1_000.0 * at)]), ["rows of `events`, SQLite"]);
    }

    #[test]
    fn the_table_has_a_line_for_each_quantity_and_database() {
        let sqlite = run(|_| 1_000.0);
        let mysql = Run { database: "MySQL".to_owned(), ..run(|at| 1_000.0 * at) };
        let table = table(&[sqlite, mysql]);
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines.len(), 2 + 2 * 9, "{table}");
        assert_eq!(lines[2], "| resident memory, MiB | SQLite | 50.0 | 50.0 | +0.0 % ± 0.0 % | 5 % | yes |");
        assert_eq!(
            lines[18],
            "| rows of `events` | SQLite | 1000 | 1000 | +0.0 % ± 0.0 % | 10 %, or 100 | yes |"
        );
        assert!(
            lines[19].ends_with("| 200000 | 600000 | +100.0 % ± 0.0 % | 10 %, or 100 | **no** |"),
            "{}",
            lines[19]
        );
    }
}
