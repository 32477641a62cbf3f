use std::fmt::Write;

use super::{
    AppSettings, DatabaseSettings, HttpSettings, LogSettings, SecretSettings, SessionSettings,
    WeChatSettings,
    reader::{Asked, Reader},
    sources::Sources,
};

const INTRODUCTION: &str = "\
# Configuration

A TOML file (`--config FILE`, by default `yaoshi.toml` where that exists), and over it environment
variables. A key or variable that is not listed here is an error, and all errors are told at once.
`yaoshi config check` tells them without starting anything.

A variable that is empty counts as not set. In variables a list is written with commas. Durations are
a whole number and a unit: `250ms`, `5s`, `10m`, `36h`, `30d`. Paths are relative to the working
directory.
";

/// Every key with its default and its meaning, as Markdown. Generated from the code that reads them.
pub fn reference() -> String {
    let mut text = INTRODUCTION.to_owned();
    let asked = asked();
    for section in asked.chunk_by(|one, next| one.section == next.section) {
        write_section(&mut text, section);
    }
    text
}

fn asked() -> Vec<Asked> {
    let mut reader = Reader::new(&Sources::default());
    HttpSettings::read(&mut reader);
    DatabaseSettings::read(&mut reader);
    WeChatSettings::read(&mut reader);
    SessionSettings::read(&mut reader);
    SecretSettings::read(&mut reader);
    LogSettings::read(&mut reader);
    AppSettings::ask(&mut reader.findings);
    reader.findings.asked
}

fn write_section(text: &mut String, keys: &[Asked]) {
    let Some(first) = keys.first() else { return };
    let heading =
        if first.section == "apps" { "[[apps]]".to_owned() } else { format!("[{}]", first.section) };
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "\n## `{heading}`\n\n| key | variable | type | default | meaning |\n|---|---|---|---|---|\n"
    );
    for key in keys {
        let default = key.default.as_ref().map_or_else(|| "–".to_owned(), |default| format!("`{default}`"));
        let Asked { name, variable, form, meaning, .. } = key;
        let _ = writeln!(text, "| `{name}` | `{variable}` | {form} | {default} | {meaning} |");
    }
    if first.section == "apps" {
        text.push_str(SINGLE_APP);
    }
}

const SINGLE_APP: &str = "
Any number of apps may be listed. The variables are for a single app: they make one where the file lists
none, and lie over the file's where it lists one.
";
