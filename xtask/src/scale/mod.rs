//! `cargo xtask scale`: from what an operation costs to what a number of users needs.

mod assumptions;
mod costs;
mod plan;
mod tables;
mod walls;
mod words;

use std::fs;

pub(crate) use self::assumptions::Options;
use self::{costs::Costs, words::Language};
use crate::run::{Failure, print, root};

/// What each operation costs, measured by `cargo xtask bench costs`.
const COSTS: &str = "docs/costs.json";

/// The chapter, in both languages.
const CHAPTERS: [(&str, Language); 2] =
    [("docs/src/scale.md", Language::English), ("docs/zh/src/scale.md", Language::Chinese)];

/// What stands before and after each table of a chapter. The first is completed with the table's name.
const BEGIN: &str = "<!-- Made by cargo xtask generate: ";
const END: &str = "<!-- End -->";

/// Prints the plan.
pub(crate) fn scale(options: &Options) -> Result<(), Failure> {
    let costs = read()?;
    for table in [tables::plan(&costs, options)?, walls::table(&costs, options)?] {
        print(&table);
    }
    Ok(())
}

/// The chapters, with tables made from the costs and the usual assumptions.
pub(crate) fn chapters() -> Result<Vec<(&'static str, String)>, Failure> {
    let costs = read()?;
    let chapter = |(path, language)| {
        let text = fs::read_to_string(root().join(path)).map_err(|error| format!("{path}: {error}"))?;
        let options = Options { language, ..Options::default() };
        let mut text = text;
        for (name, table) in [
            ("costs", tables::costs(&costs, language)?),
            ("assumptions", assumptions::table(&options)),
            ("plan", tables::plan(&costs, &options)?),
            ("walls", walls::table(&costs, &options)?),
        ] {
            text = replaced(&text, name, &table).ok_or_else(|| format!("{path} has no place for {name}"))?;
        }
        Ok((path, text))
    };
    CHAPTERS.into_iter().map(chapter).collect()
}

fn read() -> Result<Costs, Failure> {
    let text = fs::read_to_string(root().join(COSTS)).map_err(|error| format!("{COSTS}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{COSTS}: {error}"))
}

/// The text with this table between its marks.
fn replaced(text: &str, name: &str, table: &str) -> Option<String> {
    let begin = format!("{BEGIN}{name} -->");
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{begin}\n\n{table}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        let text = "one\n<!-- Made by cargo xtask generate: plan -->\nold\n<!-- End -->\ntwo\n<!-- End -->\n";
        let expected = "one\n<!-- Made by cargo xtask generate: plan -->\n\n| new |\n\n<!-- End -->\ntwo\n<!-- End -->\n";
        assert_eq!(replaced(text, "plan", "| new |\n").as_deref(), Some(expected));
        assert_eq!(replaced(expected, "plan", "| new |\n").as_deref(), Some(expected));
        assert_eq!(replaced(text, "walls", "| new |\n"), None);
    }
}
