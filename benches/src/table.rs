//! Ratios, and the tables that show them.

use std::fmt::Write;

/// One line of the table.
pub(crate) struct Measurement {
    /// The number of the row in the list of targets.
    pub(crate) row: &'static str,
    /// What was measured.
    pub(crate) what: String,
    /// What it was compared with.
    pub(crate) baseline: String,
    /// The ratio, or what was measured where there is none.
    pub(crate) result: String,
    /// The target.
    pub(crate) target: String,
    /// Whether the target was reached; `None` where there is none.
    pub(crate) reached: Option<bool>,
}

/// Rates of a baseline and of our server, measured in turns.
#[derive(Default)]
pub(crate) struct Duel {
    rounds: Vec<(f64, f64)>,
}

impl Duel {
    /// Plays `rounds` rounds, in which each side returns a rate. The sides take turns in going first.
    pub(crate) fn play(
        rounds: usize,
        mut baseline: impl FnMut() -> Result<f64, String>,
        mut ours: impl FnMut() -> Result<f64, String>,
    ) -> Result<Self, String> {
        let mut duel = Self::default();
        for round in 0..rounds {
            let rates = if round % 2 == 0 {
                let baseline = baseline()?;
                (baseline, ours()?)
            } else {
                let ours = ours()?;
                (baseline()?, ours)
            };
            duel.rounds.push(rates);
        }
        Ok(duel)
    }

    /// The median of the rounds' ratios.
    pub(crate) fn ratio(&self) -> f64 {
        median(self.rounds.iter().map(|(baseline, ours)| ours / baseline).collect())
    }

    pub(crate) fn baseline(&self) -> f64 {
        median(self.rounds.iter().map(|(baseline, _)| *baseline).collect())
    }

    pub(crate) fn ours(&self) -> f64 {
        median(self.rounds.iter().map(|(_, ours)| *ours).collect())
    }

    /// The line for this duel, whose ratio should be `target` or more.
    pub(crate) fn line(&self, row: &'static str, what: String, baseline: &str, target: f64) -> Measurement {
        let ratio = self.ratio();
        Measurement {
            row,
            what,
            baseline: format!("{baseline}: {:.0}/s", self.baseline()),
            result: format!("**{ratio:.2}** ({:.0}/s)", self.ours()),
            target: format!("≥ {target:.2}"),
            reached: Some(ratio >= target),
        }
    }

    /// The line for this duel in the table below [`comparison_head`].
    pub(crate) fn comparison(&self, row: u8, what: &str) -> String {
        let (baseline, ours, ratio) = (self.baseline(), self.ours(), self.ratio());
        format!("| {row} | {what} | {baseline:.0}/s | {ours:.0}/s | **{ratio:.2}** |")
    }
}

/// The head of the table that compares two systems.
pub(crate) fn comparison_head(baseline: &str, ours: &str) -> String {
    format!("| # | what | {baseline} | {ours} | ratio |\n|---|---|---|---|---|")
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// The page with the measurements.
pub(crate) fn page(measurements: &[Measurement], machine: &str) -> String {
    let mut page = String::from(
        "# Benchmarks\n\n\
         Made by `cargo xtask bench`. Each ratio is ours to the baseline beside it; the two took turns in \
         one run, and the median of the rounds counts. Load generator, simulated WeChat, server and database share the machine, \
         so the ratios say more than the rates. MySQL is reached at its container's own address, without a proxy and by both sides without TLS, unless a row says otherwise. Request logging is at `warn` for the server, as the bare routes log nothing.\n\n",
    );
    let _ = writeln!(page, "{machine}\n");
    page.push_str("| # | what | baseline | result | target | |\n|---|---|---|---|---|---|\n");
    for line in measurements {
        let mark = match line.reached {
            Some(true) => "✓",
            Some(false) => "falls short",
            None => "",
        };
        let Measurement { row, what, baseline, result, target, .. } = line;
        let _ = writeln!(page, "| {row} | {what} | {baseline} | {result} | {target} | {mark} |");
    }
    page
}
