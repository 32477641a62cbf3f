//! Languages, and how numbers are written.

use clap::ValueEnum;

/// The language of the tables.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    #[default]
    #[value(name = "en")]
    English,
    #[value(name = "zh")]
    Chinese,
}

impl Language {
    /// The text in this language, out of English and Chinese.
    pub(super) const fn of(self, [english, chinese]: [&str; 2]) -> &str {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

/// A number with as many digits as mean something: three, and thousands apart.
pub(super) fn shown(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        ..0.01 => "< 0.01".to_owned(),
        ..1.0 => format!("{value:.2}"),
        ..10.0 => trimmed(&format!("{value:.1}")),
        ..1_000.0 => format!("{value:.0}"),
        _ => {
            let unit = 10_f64.powf(value.log10().floor() - 2.0);
            thousands(&format!("{:.0}", (value / unit).round() * unit))
        }
    }
}

fn trimmed(number: &str) -> String {
    number.trim_end_matches(".0").to_owned()
}

fn thousands(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A row of a table.
pub(super) fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// The head of a table.
pub(super) fn head(cells: &[&str]) -> String {
    let cells: Vec<_> = cells.iter().map(|cell| (*cell).to_owned()).collect();
    row(&cells) + &"|---".repeat(cells.len()) + "|\n"
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn numbers_have_three_digits_that_mean_something() {
        let cases = [
            (0.0, "0"),
            (0.001, "< 0.01"),
            (0.126, "0.13"),
            (2.0, "2"),
            (2.34, "2.3"),
            (123.4, "123"),
            (1_234.0, "1,230"),
            (98_765_432.0, "98,800,000"),
            (1_000.0, "1,000"),
        ];
        for (value, text) in cases {
            assert_eq!(shown(value), text);
        }
    }
}
